"use strict";

// Asks the wallets of this browser (EIP-6963, EIP-1193) for what Cairn wants signed. Nothing that a wallet or the
// program says is ever put into the page as markup.

const USER_REFUSED = 4001;
const UNAUTHORIZED = 4100;
const UNKNOWN_NETWORK = 4902;
const UNSUPPORTED = [4200, -32601, -32004];
const NETWORKS = new Map([[1, "Ethereum Mainnet"], [11155111, "Sepolia"]]);
const STEPS = ["connect", "login", "key", "done"];

const at = (id) => document.getElementById(id);

let session = null;
let purpose = "recover";
let ask = {number: -1, kind: "wait"};
let provider = null;
let walletName = "";
const wallets = new Map();

// ---- what is seen ----

function show({step, title, explain = [], account = null, signed = null, problem = null, status = "", busy = false,
  choices = null, buttons = []}) {
  const index = STEPS.indexOf(step);
  for (const item of at("steps").children) {
    const position = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("past", position < index || (step === "done" && position === index));
    if (position === index) {
      item.setAttribute("aria-current", "step");
    } else {
      item.removeAttribute("aria-current");
    }
  }
  const heading = at("title");
  if (heading.textContent !== title) {
    heading.textContent = title;
    document.title = "Cairn: " + title;
    heading.focus();
  }
  at("explain").replaceChildren(...explain.map((sentence) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = sentence.care ?? sentence;
    if (sentence.care) {
      paragraph.className = "care";
    }
    return paragraph;
  }));
  at("account").hidden = account === null;
  at("account-text").textContent = account ?? "";
  at("signed").hidden = signed === null;
  at("signed-text").textContent = signed ?? "";
  at("problem").hidden = problem === null;
  at("problem").textContent = problem ?? "";
  at("status").textContent = status;
  at("status").classList.toggle("busy", busy);
  at("choices").hidden = choices === null;
  at("choices").replaceChildren(...(choices ?? []).map((choice) => {
    const item = document.createElement("li");
    item.append(button(choice));
    return item;
  }));
  at("buttons").replaceChildren(...buttons.map(button));
}

function button({label, run, second = false, icon = null, disabled = false, address = false}) {
  const made = document.createElement("button");
  made.type = "button";
  made.disabled = disabled;
  if (second) {
    made.className = "second";
  }
  if (icon !== null) {
    let picture;
    // Wallets give their icon as data (EIP-6963); an SVG in an image element runs no script.
    if (/^data:image\/(png|jpeg|webp|gif|svg\+xml)[;,]/.test(icon)) {
      picture = document.createElement("img");
      picture.alt = "";
      picture.src = icon;
    } else {
      picture = document.createElement("span");
      picture.className = "blank";
    }
    made.append(picture);
  }
  const words = document.createElement(address ? "code" : "span");
  words.textContent = label;
  if (address) {
    words.className = "address";
  }
  made.append(words);
  made.addEventListener("click", run);
  return made;
}

// ---- talking to the program ----

class Gone extends Error {}

class Refused extends Error {}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: {"Content-Type": "application/json", ...(session ? {Authorization: "Bearer " + session} : {})},
      body: JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new Gone();
  }
  if (!response.ok) {
    throw new Refused(await response.text());
  }
  return response.json();
}

async function answer(kind, value) {
  show({...view, status: "Handed to Cairn.", busy: true, buttons: [], choices: null, problem: null});
  try {
    await post("/answer", {number: ask.number, kind, value});
  } catch (error) {
    stop(error);
  }
}

function cancel() {
  answer("cancel", "");
}

function stop(error) {
  if (error instanceof Refused) {
    show({step: "connect", title: "This page cannot be used", problem: error.message,
      explain: ["An address that Cairn prints serves once and for one window."]});
  } else {
    show({step: "connect", title: "Cairn has stopped", explain: [
      "The program that opened this page does not answer any more. What it says stands in its terminal.",
      "You may close this window."]});
  }
}

async function listen() {
  for (;;) {
    const next = await post("/next", {after: ask.number});
    if (next.number > ask.number) {
      ask = next;
      turn();
      if (ask.kind === "done" || ask.kind === "failed") {
        sessionStorage.removeItem("session");
        return;
      }
    }
  }
}

// ---- what is asked ----

let view = {step: "connect", title: "One moment"};

function see(next) {
  view = next;
  show(next);
}

function turn() {
  switch (ask.kind) {
    case "connect":
      chooseWallet(connect);
      break;
    case "login":
      provider ? login() : chooseWallet(again(login));
      break;
    case "key":
      provider ? key() : chooseWallet(again(key));
      break;
    case "done":
      see({step: "done", title: purpose === "enrol" ? "Your wallet is enrolled" : "Your wallet has signed",
        explain: [
          purpose === "recover"
            ? "Cairn has what it needs and goes on in the terminal: it verifies every byte before a home appears."
            : "From now on your backup opens with this wallet. Keep the recovery key, too: a later version of the wallet may sign differently.",
          "You may close this window."]});
      break;
    case "failed":
      see({step: STEPS.includes(view.step) ? view.step : "connect", title: "This did not work", problem: ask.why,
        explain: ["You may close this window."]});
      break;
    default:
      see({...view, status: "Cairn is working. Leave this window open.", busy: true, buttons: [], choices: null,
        problem: null});
  }
}

function again(then) {
  return async (chosen) => {
    await accountsOf(chosen);
    provider = chosen;
    then();
  };
}

function found() {
  const list = [...wallets.values()];
  // An old wallet that announces nothing puts itself here.
  if (list.length === 0 && window.ethereum) {
    list.push({name: "The wallet of this browser", icon: "", provider: window.ethereum});
  }
  return list;
}

let reannounced = () => {};

function chooseWallet(then, problem = null) {
  const list = found();
  const complaint = problem ?? (ask.problem === "address" ? "The wallet gave no account that Cairn understands." : null);
  reannounced = () => chooseWallet(then, problem);
  if (list.length === 0) {
    see({step: "connect", title: "No wallet found", problem: complaint, explain: [
      "No wallet has announced itself to this page. Install one that keeps its own key as an extension of this browser, or "
        + "open the address that Cairn printed in a browser that has one; it serves once, so run the command again for that.",
      "Without a browser: --wallet-signature by copy and paste, or --wallet-keyfile for an encrypted keystore."],
      buttons: [{label: "Look again", run: discover}, {label: "Cancel", run: cancel, second: true}]});
    return;
  }
  see({step: "connect", title: "Choose your wallet", problem: complaint, explain: [
    purpose === "recover"
      ? "Choose the wallet that your backup opens with. It is asked for its account first; nothing is signed yet."
      : "Choose the wallet that is to open your backup. It is asked for its account first; nothing is signed yet.",
    ...(purpose === "recover" ? [] : [
      "It must hold its own key: a software or hardware wallet. Contract wallets and shared (multi-party) wallets cannot be used."])],
    choices: list.map((wallet) => ({label: wallet.name, icon: wallet.icon, run: () => attempt(wallet, then)})),
    buttons: [{label: "Cancel", run: cancel, second: true}]});
}

async function attempt(wallet, then) {
  reannounced = () => {};
  show({...view, problem: null, status: "Look at " + wallet.name + ": it asks whether this page may see your account.",
    busy: true, choices: view.choices.map((choice) => ({...choice, disabled: true})), buttons: []});
  try {
    walletName = wallet.name;
    await then(wallet.provider);
  } catch (error) {
    chooseWallet(then, explainError(error, "You refused in the wallet. Nothing was signed."));
  }
}

async function accountsOf(chosen) {
  const accounts = await chosen.request({method: "eth_requestAccounts"});
  if (!Array.isArray(accounts) || accounts.length === 0) {
    throw new Error("The wallet gave no account");
  }
  return accounts.map(String);
}

async function connect(chosen) {
  const accounts = await accountsOf(chosen);
  provider = chosen;
  if (accounts.length === 1) {
    await answer("address", accounts[0]);
    return;
  }
  see({step: "connect", title: "Choose an account", explain: ["The wallet shows several accounts to this page."],
    choices: accounts.map((account) => ({label: account, address: true, run: () => answer("address", account)})),
    buttons: [{label: "Cancel", run: cancel, second: true}]});
}

function complaintOf(asked) {
  switch (asked.problem) {
    case "signer":
      return "The wallet signed with another account than " + asked.address + ". Choose that account in the wallet, then sign again.";
    case "signature":
      return "The wallet answered with something that is no signature of an account with a key of its own. Contract wallets do that; they cannot be used.";
    default:
      return null;
  }
}

function login() {
  const asked = ask;
  see({step: "login", title: "Sign in", account: asked.address, signed: asked.text, problem: complaintOf(asked),
    explain: ["Your wallet signs the text below to prove that the account is yours. Cairn sends this signature to the service. "
      + "It opens nothing by itself, ends within minutes, and serves once. It costs nothing and moves no money."],
    buttons: [
      {label: "Sign in", run: () => sign(asked, "eip4361", login)},
      {label: "Sign as typed data instead", run: () => sign(asked, "eip712", login), second: true},
      {label: "Cancel", run: cancel, second: true}]});
}

function key() {
  const asked = ask;
  const second = asked.turn === 2;
  see({step: "key", title: second ? "Once more, to be sure" : "Sign for the key", account: asked.address,
    signed: asked.text, problem: complaintOf(asked),
    explain: [
      second
        ? "Sign the same text again. Only a wallet that signs the same text in the same way each time can open your backup later; Cairn compares the two."
        : "The signature of this text is the key that opens your backup. It goes to Cairn on this machine and is not sent to anybody.",
      {care: "Never sign this text anywhere else: whoever has its signature and gets hold of your bundle opens your backup. Here it stands at "
        + location.host + ", on your own machine."}],
    buttons: [
      {label: second ? "Sign again" : "Sign for the key", run: () => sign(asked, "key", key)},
      {label: "Cancel", run: cancel, second: true}]});
}

async function sign(asked, kind, back) {
  show({...view, problem: null, status: "Look at " + (walletName || "your wallet") + ": it asks you to sign.", busy: true,
    buttons: view.buttons.map((made) => ({...made, disabled: true}))});
  try {
    const accounts = (await provider.request({method: "eth_accounts"})).map((account) => String(account).toLowerCase());
    if (!accounts.includes(asked.address.toLowerCase())) {
      wrongAccount(asked, back);
      return;
    }
    if (asked.chainId !== null && Number(await provider.request({method: "eth_chainId"})) !== asked.chainId) {
      wrongNetwork(asked, back);
      return;
    }
    const signature = await signature712or191(asked, kind);
    if (asked === ask) {
      await answer(kind, String(signature));
    }
  } catch (error) {
    complain(back, explainError(error, "You refused in the wallet. Nothing was signed; you can try again."));
  }
}

function signature712or191(asked, kind) {
  if (kind === "eip712") {
    return provider.request({method: "eth_signTypedData_v4", params: [asked.address, asked.typedData]});
  }
  const bytes = new TextEncoder().encode(asked.text);
  const hex = "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return provider.request({method: "personal_sign", params: [hex, asked.address]});
}

function complain(back, problem) {
  back();
  see({...view, problem});
}

function wrongAccount(asked, back) {
  back();
  see({...view, problem: "The wallet is at another account. Choose " + asked.address + " in the wallet, then go on.", buttons: [
    {label: "Choose the account", run: async () => {
      try {
        await provider.request({method: "wallet_requestPermissions", params: [{eth_accounts: {}}]});
        back();
      } catch (error) {
        wrongAccount(asked, back);
      }
    }},
    {label: "I have chosen it", run: back, second: true},
    {label: "Cancel", run: cancel, second: true}]});
}

function wrongNetwork(asked, back, problem = null) {
  const name = (NETWORKS.get(asked.chainId) ?? "the network") + " (chain " + asked.chainId + ")";
  back();
  see({...view, problem: problem ?? "The wallet is on another network. The text names " + name
      + "; wallets warn when the two differ. Nothing is sent to any network.", buttons: [
    {label: "Switch to " + name, run: async () => {
      try {
        await provider.request({method: "wallet_switchEthereumChain",
          params: [{chainId: "0x" + asked.chainId.toString(16)}]});
        back();
      } catch (error) {
        wrongNetwork(asked, back, error?.code === UNKNOWN_NETWORK
          ? "The wallet does not know " + name + ". Add it in the wallet, then try again."
          : explainError(error, "You refused to switch. Nothing was signed; you can try again."));
      }
    }},
    {label: "Cancel", run: cancel, second: true}]});
}

function explainError(error, refused) {
  const code = error?.code;
  if (code === USER_REFUSED) {
    return refused;
  }
  if (code === UNAUTHORIZED) {
    return "The wallet does not let this page ask for that account. Allow it in the wallet, then try again.";
  }
  if (UNSUPPORTED.includes(code)) {
    return "This wallet cannot sign in this way. Try the other way, or another wallet.";
  }
  return "The wallet reported an error: " + String(error?.message ?? error).slice(0, 300);
}

// ---- start ----

function discover() {
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  reannounced();
}

window.addEventListener("eip6963:announceProvider", (event) => {
  const {info, provider: announced} = event.detail ?? {};
  if (typeof info?.uuid !== "string" || typeof announced?.request !== "function" || wallets.has(info.uuid)) {
    return;
  }
  wallets.set(info.uuid, {name: String(info.name ?? "A wallet").slice(0, 60), icon: String(info.icon ?? ""), provider: announced});
  reannounced();
});

async function start() {
  at("here").textContent = location.host;
  const token = location.hash.slice(1);
  // The token has served when it was shown; it need not stand in the history.
  history.replaceState(null, "", "/");
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  try {
    const kept = JSON.parse(sessionStorage.getItem("session") ?? "null");
    const claimed = token ? await post("/claim", {token}) : kept;
    if (!claimed) {
      throw new Refused("Open the address exactly as Cairn printed it.");
    }
    sessionStorage.setItem("session", JSON.stringify(claimed));
    session = claimed.session;
    purpose = claimed.purpose;
    at("server").textContent = "Backup at " + claimed.serverName;
    await listen();
  } catch (error) {
    stop(error);
  }
}

start();
