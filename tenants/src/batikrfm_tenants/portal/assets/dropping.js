// A box that files may be dropped on: they go into its file input, whose names are then listed.

export function dropping() {
  for (const box of document.querySelectorAll("[data-drop]")) {
    const input = box.querySelector(box.dataset.drop);
    const over = (event, is) => {
      event.preventDefault();
      box.toggleAttribute("data-over", is);
    };
    box.addEventListener("dragover", (event) => over(event, true));
    box.addEventListener("dragleave", (event) => over(event, false));
    box.addEventListener("drop", (event) => {
      over(event, false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      list(box, input);
    });
    input.addEventListener("change", () => list(box, input));
  }
}

function list(box, input) {
  const names = [...input.files].map((file) => Object.assign(document.createElement("li"), { textContent: file.name }));
  box.querySelector("[data-chosen]").replaceChildren(...names);
}
