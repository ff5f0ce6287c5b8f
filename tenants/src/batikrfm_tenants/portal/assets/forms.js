// Small helps for forms.

// A form that is on its way is not sent a second time.
export function onceOnly() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

export function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    button.querySelector("[data-copied]").textContent = button.dataset.done;
  });
}

export function revealing() {
  document.addEventListener("change", (event) => {
    const tick = event.target.closest("[data-reveals]");
    if (!tick) return;
    for (const field of document.querySelectorAll(tick.dataset.reveals)) field.type = tick.checked ? "text" : "password";
  });
}
