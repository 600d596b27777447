// A browser with wallets in it, led by one JSON command a line. Each wallet is an EIP-1193 provider that announces
// itself as EIP-6963 says; viem or ethers sign for it.
"use strict";
const readline = require("readline");
const {chromium} = require("playwright-core");
const {privateKeyToAccount} = require("viem/accounts");
const {Wallet, getBytes, hashMessage, Signature, TypedDataEncoder} = require("ethers");
const {secp256k1} = require("@noble/curves/secp256k1");

const WAIT = 120_000;
const RPC = (code, message) => ({error: {code, message}});

let browser;
let context;
let page;
let seen = [];
let wallets = new Map();

// The wallet itself: what its owner's program would do.
async function request(uuid, {method, params = []}) {
  const wallet = wallets.get(uuid);
  wallet.asked.push(method);
  const account = () => privateKeyToAccount(wallet.key);
  switch (method) {
    case "eth_requestAccounts":
      if (wallet.behaviour === "refuse-account") {
        return RPC(4001, "User rejected the request.");
      }
      return {result: [account().address, ...(wallet.others ?? []).map((key) => privateKeyToAccount(key).address)]};
    case "eth_accounts":
      return {result: wallet.behaviour === "moved" ? [privateKeyToAccount(wallet.other).address] : [account().address]};
    case "wallet_requestPermissions":
      wallet.behaviour = "";
      return {result: []};
    case "eth_chainId":
      return {result: "0x" + wallet.chain.toString(16)};
    case "wallet_switchEthereumChain":
      if (wallet.behaviour === "refuse-switch") {
        wallet.behaviour = "";
        return RPC(4001, "User rejected the request.");
      }
      wallet.chain = Number(params[0].chainId);
      return {result: null};
    case "personal_sign": {
      if (params[1].toLowerCase() !== account().address.toLowerCase()) {
        return RPC(4100, "The account is not one of mine.");
      }
      if (wallet.refusals > 0) {
        wallet.refusals--;
        return RPC(4001, "User rejected the request.");
      }
      const text = Buffer.from(params[0].slice(2), "hex").toString("utf8");
      wallet.signed.push(text);
      if (wallet.behaviour === "contract") {
        return {result: "0x" + "ab".repeat(200)};
      }
      if (wallet.behaviour === "another-signs") {
        wallet.behaviour = "";
        return {result: await new Wallet(wallet.other).signMessage(text)};
      }
      if (wallet.behaviour === "hedged") {
        const made = secp256k1.sign(hashMessage(text).slice(2), wallet.key.slice(2), {extraEntropy: true, lowS: true});
        return {result: "0x" + made.toCompactHex() + (27 + made.recovery).toString(16)};
      }
      return {result: wallet.library === "ethers"
        ? await new Wallet(wallet.key).signMessage(getBytes(params[0]))
        : await account().signMessage({message: {raw: params[0]}})};
    }
    case "eth_signTypedData_v4": {
      const {domain, types: {EIP712Domain, ...types}, primaryType, message} = JSON.parse(params[1]);
      wallet.signed.push(params[1]);
      return {result: wallet.library === "ethers"
        ? await new Wallet(wallet.key).signTypedData(domain, types, message)
        : await account().signTypedData({domain, types, primaryType, message})};
    }
    default:
      return RPC(4200, "Unknown method " + method);
  }
}

// Runs in the page, before its own script.
function announce(list) {
  for (const {uuid, name} of list) {
    const provider = Object.freeze({
      async request(asked) {
        const {result, error} = await window.walletRequest(uuid, asked);
        if (error) {
          throw Object.assign(new Error(error.message), {code: error.code});
        }
        return result;
      },
      on() {},
      removeListener() {},
    });
    const icon = "data:image/svg+xml," + encodeURIComponent(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 28 28'><rect width='28' height='28' rx='6' fill='#6d5bd0'/>"
      + "<path d='M6 10h16v10H6z' fill='#fff'/><circle cx='18' cy='15' r='1.8' fill='#6d5bd0'/></svg>");
    const detail = Object.freeze({info: Object.freeze({uuid, name, icon, rdns: "dev.cairn.test"}), provider});
    const tell = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", {detail}));
    window.addEventListener("eip6963:requestProvider", tell);
    tell();
  }
}

const commands = {
  async open({url, list, scheme = "light"}) {
    browser ??= await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox"]});
    if (context) {
      await context.close();
    }
    context = await browser.newContext({colorScheme: scheme, viewport: {width: 860, height: 900}});
    context.setDefaultTimeout(WAIT);
    wallets = new Map(list.map((wallet, at) => [String(at), {uuid: String(at), chain: 1, refusals: 0, behaviour: "",
      signed: [], asked: [], ...wallet}]));
    await context.exposeFunction("walletRequest", request);
    await context.addInitScript(announce, [...wallets.values()].map(({uuid, name}) => ({uuid, name})));
    page = await context.newPage();
    seen = [];
    page.on("console", (message) => seen.push(message.text()));
    page.on("pageerror", (error) => seen.push(String(error)));
    await page.goto(url);
  },
  async click({name}) {
    await page.getByRole("button", {name, exact: true}).click();
  },
  async expect({text}) {
    await page.getByText(text).first().waitFor();
  },
  async title({text}) {
    await page.getByRole("heading", {level: 1, name: text}).waitFor();
  },
  async focused() {
    return page.evaluate(() => document.activeElement?.id ?? "");
  },
  async alert() {
    return page.getByRole("alert").first().innerText();
  },
  async address() {
    return page.url();
  },
  async reload() {
    await page.reload();
  },
  async scheme({scheme}) {
    await page.emulateMedia({colorScheme: scheme});
  },
  async narrow({width, height}) {
    await page.setViewportSize({width, height});
    return page.evaluate(() => document.documentElement.scrollWidth);
  },
  async screenshot({path}) {
    await page.screenshot({path, fullPage: true});
  },
  // Of another page of the same browser: what it gets.
  async elsewhere({url, target, options}) {
    const other = await context.newPage();
    await other.goto(url);
    const got = await other.evaluate(async ({target, options}) => {
      try {
        const answer = await fetch(target, options);
        return answer.type + " " + answer.status;
      } catch (error) {
        return String(error);
      }
    }, {target, options});
    await other.close();
    return got;
  },
  async second({url}) {
    const other = await (await browser.newContext()).newPage();
    await other.goto(url);
    await other.getByRole("alert").first().waitFor({timeout: WAIT});
    const said = await other.getByRole("alert").first().innerText();
    await other.context().close();
    return said;
  },
  async signed({at}) {
    return wallets.get(String(at)).signed;
  },
  async asked({at}) {
    return wallets.get(String(at)).asked;
  },
  async console() {
    return seen;
  },
  // What libraries of other people make of a text, without a page.
  async signatures({key, text, typedData}) {
    const {domain, types: {EIP712Domain, ...types}, primaryType, message} = JSON.parse(typedData);
    const account = privateKeyToAccount(key);
    const wallet = new Wallet(key);
    return {
      address: account.address,
      text: {viem: await account.signMessage({message: text}), ethers: await wallet.signMessage(text)},
      typedData: {viem: await account.signTypedData({domain, types, primaryType, message}),
        ethers: await wallet.signTypedData(domain, types, message)},
      digest: TypedDataEncoder.hash(domain, types, message),
      compact: Signature.from(await wallet.signMessage(text)).compactSerialized,
    };
  },
  async keystore({key, password}) {
    return new Wallet(key).encrypt(password);
  },
};

(async () => {
  for await (const line of readline.createInterface({input: process.stdin})) {
    const {run, ...options} = JSON.parse(line);
    let answer;
    try {
      answer = {answer: (await commands[run](options)) ?? null};
    } catch (error) {
      const shown = page ? await page.locator("main").innerText().catch(() => "") : "";
      answer = {error: String(error?.message ?? error) + "\nshown: " + shown + "\nconsole: " + seen.join("\n")};
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
  await browser?.close();
})();
