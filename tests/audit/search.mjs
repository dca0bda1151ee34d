// The search without a server, measured: see `search` beside it. Ends with 1
// when it moves or takes more, or agrees less, than is promised.
import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { host } from "./host.mjs";

const [docent, book, ...files] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
const MOVED = 300_000;
const MILLISECONDS = 100;
const AGREED = 0.9;
// So many first searches are made, each in a browser that knows nothing.
const FIRST = 40;
const TYPED = 8;
const LIMIT = 8;

const folder = await mkdtemp(join(tmpdir(), "docent-search-"));
for (const part of ["book.toml", "mkdocs.yml", "content", "src", "docs", "theme", "themes"]) {
  await cp(join(book, part), join(folder, part), { recursive: true }).catch(() => {});
}
const built = spawnSync(docent, ["build", "--no-embeddings", folder], { encoding: "utf8" });
const site = join(folder, "book");

const questions = [];
for (const file of files) {
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  questions.push(...lines.map((line) => JSON.parse(line)).map((asked) => asked.question || asked.query));
}

// What the server finds by words.
const port = await new Promise((done) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});
const serving = spawn(docent, ["serve", "--no-embeddings", "--port", String(port), folder], { stdio: "ignore" });
const server = `http://127.0.0.1:${port}/`;
const ready = () => fetch(server + "readyz").then((reply) => reply.ok, () => false);
for (let tries = 0; tries < 300 && !(await ready()); tries += 1) await new Promise((done) => setTimeout(done, 200));
const expected = [];
for (const q of questions) {
  const reply = await fetch(`${server}api/search?${new URLSearchParams({ q, limit: String(LIMIT) })}`);
  expected.push((await reply.json()).hits);
}
serving.kill();

const plain = await host(site, "/docs/");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const sorted = (values) => [...values].sort((a, b) => a - b);
const show = (values, digits = 0) => {
  const all = sorted(values);
  const at = (part) => (all[Math.min(all.length - 1, Math.floor(part * all.length))] ?? 0).toFixed(digits);
  return `median ${at(0.5)}, 95 % ${at(0.95)}, most ${at(1)}`;
};

// A first search: the page is there, the dialog was never opened.
async function first(question, delay) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(plain.base, { waitUntil: "networkidle" });
  plain.count();
  // When the first hits are shown, and since when all that they need is there.
  await page.evaluate(() => {
    performance.setResourceTimingBufferSize(2000);
    new MutationObserver((_, watch) => {
      if (!document.querySelector(".hit b")) return;
      watch.disconnect();
      const parts = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/assets/search/"));
      window.waited = performance.now() - Math.max(...parts.map((part) => part.responseEnd));
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.keyboard.press("/");
  const input = page.locator("dialog.search input[type=search]");
  if (delay) await input.pressSequentially(question, { delay, timeout: 0 });
  else await input.fill(question);
  await page.waitForFunction(
    () => document.querySelector(".search-foot [role=status]").textContent && !document.querySelector(".coming"),
    null,
    { timeout: 30_000 },
  );
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(delay ? 300 : 100);
  const moved = { ...plain.sent, waited: await page.evaluate(() => window.waited ?? 0) };
  await context.close();
  return moved;
}

const some = questions.filter((_, at) => at % Math.ceil(questions.length / FIRST) === 0);
const firsts = [];
for (const question of some) firsts.push(await first(question, 0));
const typed = [];
for (const question of some.slice(0, TYPED)) typed.push(await first(question, 120));
const slowly = [];
for (const question of some.slice(0, TYPED)) slowly.push(await first(question, 350));

// All of them, one after the other in one page.
const page = await (await browser.newContext()).newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
await page.goto(plain.base);
await page.keyboard.press("/");
await page.waitForFunction(() => docent.index?.excerpt);
const [alike, times] = [{ section: 0, page: 0, three: 0, all: 0 }, []];
for (const [at, question] of questions.entries()) {
  // The second time everything is there: what is left is the work.
  const found = await page.evaluate(
    async ([question, limit]) => {
      await docent.index.search(question, "", limit);
      const started = performance.now();
      const { hits } = await docent.index.search(question, "", limit);
      return { took: performance.now() - started, hits: hits.map((hit) => hit.url) };
    },
    [question, LIMIT],
  );
  times.push(found.took);
  const wanted = expected[at].map((hit) => hit.url);
  const three = Math.min(3, Math.max(wanted.length, found.hits.length));
  const bare = (url) => (url || "").split("#")[0];
  alike.section += wanted[0] === found.hits[0];
  alike.page += bare(wanted[0]) === bare(found.hits[0]);
  alike.three += three ? found.hits.slice(0, 3).filter((url) => wanted.slice(0, 3).includes(url)).length / three : 1;
  alike.all += JSON.stringify(wanted) === JSON.stringify(found.hits);
}
await browser.close();
await plain.stop();
await rm(folder, { recursive: true, force: true });

const share = (sum) => ((100 * sum) / questions.length).toFixed(1) + " %";
const said = (built.stderr || "").split("\n").filter((line) => /Built|Indexed/.test(line));
console.log([...said, `${questions.length} questions`, ""].join("\n"));
console.log(`first search, ${firsts.length} of them: bytes as sent (gzip): ${show(firsts.map((moved) => moved.compressed))}`);
console.log(`  not compressed: ${show(firsts.map((moved) => moved.plain))}; files: ${show(firsts.map((moved) => moved.files))}`);
console.log(`  milliseconds from the last of the index to the hits: ${show(firsts.map((moved) => moved.waited), 1)}`);
console.log(`the same typed letter by letter, ${typed.length} of them: bytes: ${show(typed.map((moved) => moved.compressed))}`);
console.log(`  slowly, with results for each letter: ${show(slowly.map((moved) => moved.compressed))}`);
console.log(`later searches, milliseconds: ${show(times, 1)}`);
console.log(`as the server by words: first section ${share(alike.section)}, first page ${share(alike.page)},`);
console.log(`  of the first three ${share(alike.three)}, all ${LIMIT} in order ${share(alike.all)}`);

const failures = [...errors];
if (sorted(firsts.map((moved) => moved.compressed)).at(-1) > MOVED) failures.push(`a first search moves over ${MOVED} bytes`);
const waits = sorted(firsts.map((moved) => moved.waited));
if (waits[Math.floor(0.95 * waits.length)] > MILLISECONDS) failures.push(`the first hits take over ${MILLISECONDS} ms`);
if (sorted(times)[Math.floor(0.95 * times.length)] > MILLISECONDS) failures.push(`searches take over ${MILLISECONDS} ms`);
if (alike.section / questions.length < AGREED) failures.push(`the first hit is the same in less than ${AGREED * 100} %`);
for (const failure of failures) console.log(`FAILED: ${failure}`);
process.exitCode = failures.length ? 1 : 0;
