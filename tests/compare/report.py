"""What two builds of a book have in common, and where they differ."""

import collections


class Report:
    """Differences by reason; those without one fail the run."""

    def __init__(self):
        self.accepted = collections.OrderedDict()
        self.faults = []
        self.same = collections.OrderedDict()

    def ok(self, what, count=1):
        self.same[what] = self.same.get(what, 0) + count

    def because(self, reason, what):
        self.accepted.setdefault(reason, []).append(what)

    def fault(self, what):
        self.faults.append(what)

    def show(self, name, every):
        print(f"\n{name}")
        for what, count in self.same.items():
            print(f"  same: {count} {what}")
        for reason, all_of_it in self.accepted.items():
            print(f"  differs, with a reason: {reason} ({len(all_of_it)})")
            for what in all_of_it if every else all_of_it[:3]:
                print(f"    {what}")
        for what in self.faults:
            print(f"  DIFFERS: {what}")
        print(f"  {len(self.faults)} differences without a reason")
