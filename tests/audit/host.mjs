// A plain host for a folder of files, as they are rented: no program behind
// it, text sent compressed. Counts what it sends.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};
// What a careful site would send.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

// Serves `folder` below `prefix`, which ends with `/`.
export async function host(folder, prefix = "/") {
  const sent = { files: 0, compressed: 0, plain: 0, names: [] };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host/").pathname);
    let name = path.startsWith(prefix) ? normalize(path.slice(prefix.length)) : "..";
    if (name === "." || name.endsWith("/")) name = join(name, "index.html");
    try {
      if (name.startsWith("..")) throw new Error("outside");
      const bytes = await readFile(join(folder, name));
      const type = TYPES[extname(name)] || "application/octet-stream";
      const isText = !/octet|png/.test(type);
      const body = isText ? await promisify(gzip)(bytes, { level: 6 }) : bytes;
      sent.files += 1;
      sent.compressed += body.length;
      sent.plain += bytes.length;
      sent.names.push(name);
      const headers = { "content-type": type, "content-length": body.length, "cache-control": "max-age=600" };
      if (isText) headers["content-encoding"] = "gzip";
      response.writeHead(200, { ...headers, "content-security-policy": POLICY });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("no such file\n");
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${server.address().port}${prefix}`,
    sent,
    count: () => Object.assign(sent, { files: 0, compressed: 0, plain: 0, names: [] }),
    stop: () => new Promise((done) => server.close(done) && server.closeAllConnections()),
  };
}
