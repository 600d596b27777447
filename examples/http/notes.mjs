#!/usr/bin/env node
// Notes in a running keyserver, over its HTTP interface. Node 18 or newer, no packages.
//
//   notes.mjs HOME add ID TEXT     returns when the note survives the loss of this machine
//   notes.mjs HOME get ID
//   notes.mjs HOME list
//   notes.mjs HOME remove ID
//   notes.mjs HOME import          one "ID TEXT" a line from standard input, all of them in one stream
//   notes.mjs HOME watch COUNT     prints that many events of how far the backup is
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What the keyserver answers instead of a success. */
class KeyserverError extends Error {
  constructor({ message, details }) {
    super(message);
    this.exitCode = Number(details.exitCode ?? 1);
  }
}

/** A client. Reads the address and the token anew at each start of the program. */
class Keyserver {
  static async at(home) {
    const text = await readFile(join(home, "api.properties"), "utf8");
    const lines = text.split("\n").filter((line) => line.includes("="));
    return Object.assign(
      new Keyserver(),
      Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])),
    );
  }

  async call(method, path, parameters = {}, body = undefined) {
    const answer = await fetch(`${this.url}${path}?${new URLSearchParams(parameters)}`, {
      method,
      body,
      headers: { Authorization: `Bearer ${this.token}` },
    });
    if (!answer.ok) throw new KeyserverError(await answer.json());
    return answer;
  }

  async transact(...ops) {
    const body = JSON.stringify({ ops });
    return (await this.call("POST", "/v1/transact", { wait: "backedUp" }, body)).json();
  }

  async transactMany(transactions) {
    const body = transactions.map((ops) => JSON.stringify({ ops }) + "\n").join("");
    return (await this.call("POST", "/v1/transactions", { wait: "backedUp" }, body)).json();
  }

  async get(collection, id) {
    return (await this.call("GET", "/v1/object", { collection, id })).json();
  }

  /** Line by line as they come; whoever stops reading hangs up. */
  async *lines(path, parameters) {
    const answer = await this.call("GET", path, parameters);
    let rest = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      yield* lines;
    }
  }

  async *list(collection) {
    for await (const line of this.lines("/v1/objects", { collection })) yield JSON.parse(line).id;
  }

  async *progress() {
    for await (const line of this.lines("/v1/receipts", {})) {
      if (line.startsWith("data: ")) yield JSON.parse(line.slice("data: ".length));
    }
  }
}

const put = (id, text) => ({ put: { collection: "notes", id, value: { text } } });

const commands = {
  add: async (keyserver, id, text) => console.log((await keyserver.transact(put(id, text))).sequence),
  get: async (keyserver, id) => console.log((await keyserver.get("notes", id)).text),
  list: async (keyserver) => {
    for await (const id of keyserver.list("notes")) console.log(id);
  },
  remove: async (keyserver, id) => keyserver.transact({ delete: { collection: "notes", id } }),
  import: async (keyserver) => {
    const transactions = [];
    for await (const line of createInterface({ input: process.stdin })) {
      const blank = line.indexOf(" ");
      transactions.push([put(line.slice(0, blank), line.slice(blank + 1))]);
    }
    console.log((await keyserver.transactMany(transactions)).transactions);
  },
  watch: async (keyserver, count) => {
    let left = Number(count);
    for await (const event of keyserver.progress()) {
      console.log(event.sequence, event.backedUpSequence);
      left -= 1;
      if (left === 0) break;
    }
  },
};

const [home, command, ...rest] = process.argv.slice(2);
try {
  if (!(command in commands)) throw new KeyserverError({ message: "HOME add|get|list|remove|import|watch …", details: {} });
  await commands[command](await Keyserver.at(home), ...rest);
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
