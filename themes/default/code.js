// The buttons of blocks of code. Without it the code is there to read.
"use strict";
(() => {
  const { make, say } = window.docent;

  // Copies what is worth it, or leaves it selected where there is no clipboard.
  async function copy(frame, block, button) {
    const code = block.cloneNode(true);
    const left = ".hp, .ho, .del, .note-mark" + (frame.matches(".revealed") ? "" : ", .boring");
    code.querySelectorAll(left).forEach((part) => part.remove());
    let done = true;
    try {
      await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
    } catch {
      getSelection().selectAllChildren(block);
      done = false;
    }
    button.textContent = say(done ? "copied" : "press_copy");
    button.classList.add("done");
    setTimeout(() => {
      button.textContent = say("copy");
      button.classList.remove("done");
    }, 1600);
  }

  function dress() {
    for (const block of document.querySelectorAll("article pre")) {
      let frame = block.closest(".code");
      if (frame && frame.querySelector(".code-tools")) continue;
      if (!frame) {
        frame = make("div", { class: "code" });
        block.replaceWith(frame);
        frame.append(block);
      }
      const tools = make("div", { class: "code-tools" });
      const add = (name, key, run) => {
        const button = make("button", { type: "button", class: name }, say(key));
        button.addEventListener("click", () => run(button));
        tools.append(button);
      };
      if (block.querySelector(".boring")) {
        add("reveal", "show_lines", (button) => {
          const shown = frame.classList.toggle("revealed");
          button.textContent = say(shown ? "hide_lines" : "show_lines");
        });
      }
      if (!frame.matches(".no-copy")) add("copy", "copy", (button) => copy(frame, block, button));
      frame.append(tools);
    }
  }

  document.addEventListener("docent:page", dress);
  dress();
})();
