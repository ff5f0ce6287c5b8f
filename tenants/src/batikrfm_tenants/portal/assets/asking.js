// <details class="ask"> unfolds in place where there is no JavaScript; with it, the question is a dialog that keeps the focus.

function open(details) {
  const panel = details.querySelector(".ask-panel");
  const dialog = document.createElement("dialog");
  dialog.className = "ask-dialog";
  dialog.setAttribute("aria-labelledby", panel.querySelector("[id]").id);
  details.after(dialog);
  dialog.append(panel);
  dialog.addEventListener("close", () => {
    details.append(panel);
    dialog.remove();
    details.querySelector("summary").focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-cancel]")) dialog.close();
  });
  dialog.showModal();
}

export function dress(root) {
  for (const details of root.querySelectorAll("details.ask:not([data-dressed])")) {
    details.dataset.dressed = "";
    details.open = false;
    details.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      open(details);
    });
  }
}
