// Light, dark or as the device has it: the form keeps the choice in a cookie, this shows it at once.

export function switching() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const chosen = new FormData(form, event.submitter);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(chosen), redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) return;
    const theme = { light: "siang", dark: "malam" }[chosen.get("theme")];
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
    document.dispatchEvent(new Event("batik:theme"));
  });
}
