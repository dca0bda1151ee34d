// Serves our own pages and the book of every part, visits each template in a
// real browser, and prints what axe-core, Lighthouse and the network say.
// Ends with 1 when anything falls short. Pictures go into `shots/` beside it.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";

const [docent, root, sink] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
const LEAST = { accessibility: 98, "best-practices": 98, performance: 95 };
const FIRST_LOAD = 60_000;
const SCRIPTS = 20_000;
const shots = join(import.meta.dirname, "shots");
await rm(shots, { recursive: true, force: true });
await mkdir(shots, { recursive: true });

let failures = 0;
const fail = (what) => {
  failures += 1;
  console.log(`  FAILED: ${what}`);
};

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

// A copy, so that nothing is written beside the sources.
async function serve(book) {
  const copy = await mkdtemp(join(tmpdir(), "docent-audit-"));
  for (const part of ["book.toml", "content"]) await cp(join(book, part), join(copy, part), { recursive: true });
  const port = await freePort();
  const child = spawn(docent, ["serve", "--port", String(port), copy], { stdio: "ignore" });
  const base = `http://127.0.0.1:${port}/`;
  for (let tries = 0; tries < 100; tries += 1) {
    if (await fetch(base).then((reply) => reply.ok, () => false)) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill();
    // Until it has ended it still writes what it keeps.
    await ended;
    await rm(copy, { recursive: true, force: true });
  };
  return { base, stop };
}

const looks = [
  ["light", { viewport: { width: 1400, height: 900 }, colorScheme: "light" }],
  ["dark", { viewport: { width: 1400, height: 900 }, colorScheme: "dark" }],
  ["tablet", { viewport: { width: 900, height: 1100 }, colorScheme: "light" }],
  ["phone", { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true }],
  ["phone-dark", { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true }],
];

// What is visited: the name, the address, and what a reader does there.
const templates = [
  ["landing", ""],
  ["tutorial", "tutorials/first.html"],
  ["page", "how-to/do.html"],
  ["wide", "reference/all.html"],
  ["missing", "tutorials/frist.html"],
  ["moved", "gone.html"],
  ["print", "print.html"],
  ["search", "how-to/do.html", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("port");
    await page.waitForTimeout(600);
  }],
  ["ask", "how-to/do.html", async (page) => {
    await page.click('.top [data-open="ask"]');
    await page.waitForTimeout(300);
  }],
  ["about", "how-to/do.html", async (page) => {
    await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("article p")));
    await page.waitForSelector(".ask-this:not([hidden])");
  }],
  ["answer", "how-to/do.html", async (page) => {
    await page.click('.top [data-open="ask"]');
    await page.fill(".panel textarea", "What is the port to listen on?");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".panel .turn .state:not(.busy)");
    const widths = await page.locator(".panel .chip").evaluateAll((chips) => chips.map((chip) => chip.offsetWidth));
    if (!widths.length || Math.max(...widths) > 60) fail(`numbers of sources are ${widths.join(", ")} px wide`);
  }],
];

async function visit(browser, base) {
  console.log("\naxe-core, and nothing wider than the window");
  for (const [look, options] of looks) {
    const context = await browser.newContext({ ...options, bypassCSP: true });
    for (const [name, path, act] of templates) {
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(base + path, { waitUntil: "load" });
      await page.waitForTimeout(250);
      if (act) await act(page);
      await page.screenshot({ path: join(shots, `${name}-${look}.png`), fullPage: !act });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      console.log(`  ${name.padEnd(9)} ${look.padEnd(11)} ${violations.length} violations`);
      for (const found of violations) {
        fail(`${found.id}: ${found.help}`);
        for (const node of found.nodes.slice(0, 4)) console.log(`    ${node.html.slice(0, 160)}`);
      }
      if (over > 0) fail(`${name} ${look} is ${over} px wider than the window`);
      for (const error of errors) fail(error);
      await page.close();
    }
    await context.close();
  }
  const page = await browser.newPage();
  await page.emulateMedia({ media: "print" });
  for (const [name, path] of templates.slice(0, 4)) {
    await page.goto(base + path);
    await page.screenshot({ path: join(shots, `${name}-paper.png`), fullPage: true });
  }
  await page.close();
}

// Following links without a full load keeps what a full load would give.
async function move(browser, base) {
  console.log("\nmoving between pages");
  const page = await browser.newPage();
  await page.goto(base + "tutorials/first.html");
  await page.evaluate(() => (window.stayed = true));
  const check = async (what, seen, wanted) => {
    const ok = JSON.stringify(seen) === JSON.stringify(wanted);
    console.log(`  ${what}: ${ok ? "yes" : JSON.stringify(seen)}`);
    if (!ok) fail(`${what}: not ${JSON.stringify(wanted)}`);
  };
  const state = () =>
    page.evaluate(() => ({
      path: document.documentElement.dataset.path,
      title: document.title.split(" – ")[0],
      focus: document.activeElement?.id,
      stayed: window.stayed === true,
    }));
  await page.click('article a[href*="all.html"]');
  await page.waitForFunction(() => document.documentElement.dataset.path === "reference/all.html");
  await page.waitForTimeout(200);
  const all = { path: "reference/all.html", title: "All options", focus: "docent-main", stayed: true };
  await check("a link opens in place", await state(), all);
  await check("the title is read out", await page.locator(".unseen[role=status]").textContent(), await page.title());
  await page.evaluate(() => scrollTo({ top: 300, behavior: "instant" }));
  await page.waitForTimeout(500);
  await page.evaluate(() => document.querySelector("footer .pager .next").click());
  await page.waitForFunction(() => document.documentElement.dataset.path === "explanation/why.html");
  await check("the next page starts at its top", await page.evaluate(() => scrollY), 0);
  await page.goBack();
  await page.waitForFunction(() => document.documentElement.dataset.path === "reference/all.html");
  await page.waitForTimeout(300);
  // Pictures that come late may move the text by a line.
  await check("back is where it was", Math.abs((await page.evaluate(() => scrollY)) - 300) < 20, true);
  await check("back opens in place", (await state()).stayed, true);
  const links = await page.evaluate(() => document.querySelector("a.brand").href);
  await check("the header leads home", links, base + "index.html");
  await page.keyboard.press("/");
  await page.keyboard.type("why");
  await page.waitForTimeout(500);
  await check("search still answers", (await page.locator(".hit").count()) > 0, true);
  await page.close();
  const still = await browser.newContext({ javaScriptEnabled: false });
  const plain = await still.newPage();
  await plain.goto(base + "tutorials/first.html");
  await plain.click('article a[href*="all.html"]');
  await check("links work without scripts", await plain.title(), "All options – Every part of a page");
  await still.close();
}

async function weigh(base) {
  console.log("\nweights in bytes, compressed");
  for (const path of ["", "how-to/do.html", "reference/all.html"]) {
    const html = await (await fetch(base + path)).text();
    const files = [...html.matchAll(/<(?:script src|link rel="stylesheet" href|link rel="icon" href)="([^"]+)"/g)];
    const sizes = { html: gzipSync(html).length, js: 0, css: 0, svg: 0 };
    for (const [, file] of files) {
      const body = Buffer.from(await (await fetch(new URL(file, base + path))).arrayBuffer());
      sizes[file.split(".").pop()] += gzipSync(body).length;
    }
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    console.log(`  /${path.padEnd(20)} ${total}  (${Object.entries(sizes).map(([k, v]) => `${k} ${v}`).join(", ")})`);
    if (total > FIRST_LOAD) fail(`a first load of ${total} bytes is over ${FIRST_LOAD}`);
    if (sizes.js > SCRIPTS) fail(`${sizes.js} bytes of scripts are over ${SCRIPTS}`);
  }
}

async function score(addresses) {
  console.log("\nLighthouse");
  const port = await freePort();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", `--remote-debugging-port=${port}`] });
  for (const address of addresses) {
    for (const formFactor of ["mobile", "desktop"]) {
      const desktop = formFactor === "desktop";
      const screenEmulation = desktop
        ? { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false }
        : undefined;
      const throttling = desktop
        ? { rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1, requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0 }
        : undefined;
      const flags = { port, output: "json", logLevel: "silent", onlyCategories: Object.keys(LEAST) };
      const { lhr } = await lighthouse(address, { ...flags, formFactor, screenEmulation, throttling });
      const scores = Object.entries(lhr.categories).map(([name, found]) => [name, Math.round(found.score * 100)]);
      const shift = lhr.audits["cumulative-layout-shift"].numericValue;
      console.log(`  ${new URL(address).pathname} ${formFactor}: ${scores.map((pair) => pair.join(" ")).join(", ")}, shift ${shift.toFixed(3)}`);
      for (const [name, found] of scores) {
        if (found >= LEAST[name]) continue;
        fail(`${name} ${found} is under ${LEAST[name]}`);
        const { auditRefs } = lhr.categories[name];
        const low = auditRefs.map(({ id }) => lhr.audits[id]).filter((audit) => audit.score !== null && audit.score < 0.9);
        for (const audit of low) console.log(`    ${audit.id}: ${audit.displayValue || audit.title}`);
      }
      if (shift > 0.01) fail(`a layout shift of ${shift}`);
    }
  }
  await browser.close();
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const parts = await serve(sink);
const own = await serve(root);
try {
  await visit(browser, parts.base);
  await move(browser, parts.base);
  await browser.close();
  await weigh(parts.base);
  await score([own.base, own.base + "reference/configuration.html", parts.base, parts.base + "how-to/do.html", parts.base + "reference/all.html"]);
} finally {
  await browser.close();
  await parts.stop();
  await own.stop();
}
console.log(failures ? `\n${failures} failures` : "\nall is well");
process.exitCode = failures ? 1 : 0;
