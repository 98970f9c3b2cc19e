// Sends a choice without leaving the page. Needs script-src and connect-src 'self'; forms work without.
// Raises "cookiewarden:choice" on document, with preferences.json as its detail.
const all = selector => document.querySelectorAll(selector);
const notice = document.createElement("div"); // screen readers say what comes into it
const ours = "#cookie-consent, .cookies-placeholder";
let swaps = []; // what choices replaced, by what
let before, pressed, sent, failed; // before: what had focus outside our parts; sent: the request on its way

// Something that is hidden by now takes no focus: go on to the next.
const focus = (...nodes) => nodes.find(node => (node?.focus({ preventScroll: true }), node === document.activeElement));
const kind = box => box.querySelector("[name=category]")?.value; // a banner has none

function swap(...pair) {
	swaps.push(pair);
	pair[0].replaceWith(pair[1]);
}

// Put back the banner, and what stands for an element of a kind that is not granted.
function restore(granted) {
	swaps = swaps.filter(([old, other]) => granted.includes(kind(old)) || other.replaceWith(old));
}

function dismiss(banner) {
	const space = document.createElement("div"), top = scrollY;
	space.className = banner.className;
	space.hidden = true;
	swap(banner, space);
	if (scrollY < top) space.hidden = false; // at the end of a page its room stays, so that nothing moves
	if (space.offsetHeight) scrollTo({ top, behavior: "instant" });
}

function show({ is_asked, categories }) {
	const granted = categories.filter(one => one.granted).map(one => one.category);
	if (!is_asked) all("#cookie-consent").forEach(dismiss);
	// What people write into a page may hold any attribute, but no script.
	for (const data of all("script.cookies-embed")) {
		const box = data.closest(ours);
		if (!granted.includes(kind(box))) continue;
		const [name, ...pairs] = JSON.parse(data.text);
		const made = document.createElement(name);
		for (const pair of pairs) made.setAttribute(...pair);
		made.async = false; // scripts keep order
		swap(box, made);
	}
	return granted;
}

addEventListener("submit", async event => {
	const { target: form, submitter: button } = event, isUndo = notice.contains(button);
	if (event.defaultPrevented || failed || !button?.matches(".cookies-ask *")) return;
	if (isUndo && swaps.some(([, { localName }]) => localName === "script")) return; // it runs on
	event.preventDefault();
	if (sent?.button === button) return;
	sent?.abort(); // the last answer counts
	const own = sent = new AbortController();
	own.button = button;
	try {
		notice.isConnected || document.body.append(notice); // a site may replace its body
		const news = isUndo ? "" : form.closest(ours).querySelector(".cookies-words").content.cloneNode(true);
		const detail = await (await fetch(form.action, {
			method: "POST",
			headers: { Accept: "application/json" },
			body: new URLSearchParams(new FormData(form, button)),
			signal: own.signal
		})).json();
		if (sent !== own) return;
		if (!isUndo) swaps = swaps.filter(([old]) => kind(old)); // banners that are gone stay away
		const granted = show(detail); // an error has no categories, so this throws
		if (isUndo) restore(granted);
		else if (form.isConnected) return location.reload(); // it showed an old version: ask anew
		else pressed = button;
		notice.replaceChildren(news);
		focus(pressed, before, notice.lastElementChild);
		document.dispatchEvent(new CustomEvent("cookiewarden:choice", { detail }));
	} catch {
		if (sent !== own) return;
		restore([]);
		failed = true;
		setTimeout(() => form.requestSubmit(button)); // after it
	}
	sent = null;
});
addEventListener("focusout", ({ target }) => {
	if (!target.closest(ours + ", .cookies-saved")) before = target;
});
addEventListener("pageshow", ({ persisted }) => {
	if (!persisted && performance.getEntriesByType("navigation")[0]?.transferSize) return;
	fetch(new URL("preferences.json", import.meta.url)).then(answer => answer.json()).then(show).catch(() => {});
});
notice.addEventListener("click", ({ target }) => {
	if (target.type === "button") focus(before), notice.replaceChildren();
});
document.head.append(all("#cookie-consent link, .cookies-placeholder link")[0]?.cloneNode() ?? ""); // its own goes with it
notice.role = "status";
document.body.append(notice);
