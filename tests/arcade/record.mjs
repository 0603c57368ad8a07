// Asks Esri's own engine what Arcade expressions are worth, and records the answers in values.json.
//   node tests/arcade/record.mjs [EXPRESSIONS.json]     (a list of expressions; default: those recorded already)
// Needs node, npm and chromium. The SDK is under Esri's Master License Agreement: it is fetched into
// build/arcade, is no dependency of the product, and nothing of it is kept but the answers.
import { execFileSync } from "node:child_process"; import fs from "node:fs"; import http from "node:http"; import { createRequire } from "node:module"; import path from "node:path";
const here = path.dirname(new URL(import.meta.url).pathname), build = path.join(here, "../../build/arcade"), pub = path.join(build, "public");
const record = path.join(here, "values.json"), known = JSON.parse(fs.readFileSync(record, "utf8"));
if (!fs.existsSync(path.join(build, "node_modules"))) {
  fs.mkdirSync(build, { recursive: true });
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", "--prefix", build, "@arcgis/core@4.34.8", "esbuild@0.25", "puppeteer-core@24"], { stdio: "inherit" });
}
fs.mkdirSync(pub, { recursive: true }); fs.mkdirSync(path.join(build, "src"), { recursive: true });
fs.copyFileSync(path.join(here, "page.js"), path.join(build, "src/main.js"));
fs.writeFileSync(path.join(pub, "index.html"), "<!doctype html><meta charset=utf-8><script type=module src=main.js></script>");
if (!fs.existsSync(path.join(pub, "assets"))) fs.symlinkSync(path.join(build, "node_modules/@arcgis/core/assets"), path.join(pub, "assets"));
execFileSync(path.join(build, "node_modules/.bin/esbuild"), ["src/main.js", "--bundle", "--format=esm", "--splitting", "--outdir=public", "--loader:.wasm=file", "--log-level=error"], { cwd: build, stdio: "inherit" });
const puppeteer = (await import(createRequire(path.join(build, "x.js")).resolve("puppeteer-core"))).default;
const types = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
const server = http.createServer((q, s) => { const p = path.join(pub, q.url === "/" ? "index.html" : decodeURIComponent(new URL(q.url, "http://x").pathname));
  fs.readFile(p, (e, b) => { s.writeHead(e ? 404 : 200, { "content-type": types[path.extname(p)] || "application/octet-stream" }); s.end(b); }); });
await new Promise(done => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu"], env: { ...process.env, TZ: "Europe/Berlin" } });
try {
  const page = await browser.newPage(); await page.setRequestInterception(true);
  page.on("request", r => /^(data|blob):/.test(r.url()) || r.url().startsWith(base) ? r.continue() : r.abort());
  await page.goto(base + "/"); await page.waitForFunction("window.ready", { timeout: 60000 });
  const expressions = process.argv[2] ? JSON.parse(fs.readFileSync(process.argv[2], "utf8")) : known.answers.map(a => a.expression);
  const found = await page.evaluate(s => window.evaluate(s), { fields: known.fields, rows: known.rows, expressions });
  const answers = new Map(known.answers.map(a => [a.expression, a.values]));
  for (const one of found) answers.set(one.expression, one.values ? one.values.map(v => v.type === "null" ? null : [v.type, v.value]) : "error");
  const { source, fields, rows } = known, head = Object.entries({ source, fields, rows }).map(([k, v]) => `"${k}": ${JSON.stringify(v)}`).join(",\n");
  fs.writeFileSync(record, `{\n${head},\n"answers": [\n${[...answers].map(([expression, values]) => JSON.stringify({ expression, values })).join(",\n")}\n]}\n`);
  console.log(`${answers.size} answers recorded`);
} finally { await browser.close(); server.close(); }
