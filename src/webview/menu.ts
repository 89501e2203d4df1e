import { element } from "./dom.ts";

/** A button that opens a small panel below it; Escape, a click elsewhere and leaving it close it. */
export function dropDown(label: string, content: readonly HTMLElement[]): HTMLDetailsElement {
  const summary = element("summary", { class: "action" }, [label]);
  const panel = element("div", { class: "panel" }, content);
  const menu = element("details", { class: "menu" }, [summary, panel]);
  menu.addEventListener("toggle", () => keepInside(panel));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    summary.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  return menu;
}

/** In a narrow panel the last buttons' menus would go over its edge. */
function keepInside(panel: HTMLElement): void {
  panel.style.left = "0";
  const { left, right } = panel.getBoundingClientRect();
  const beyond = Math.min(Math.max(right - innerWidth + EDGE, 0), left - EDGE);
  panel.style.left = `${-beyond}px`;
}

/** Between a menu and the panel's edge, in CSS pixels. */
const EDGE = 4;

export interface MenuCommand {
  readonly text: string;
  readonly run: () => void;
}

/** A drop-down of commands. */
export function commandMenu(label: string, commands: readonly MenuCommand[]): HTMLDetailsElement {
  const menu = dropDown(label, []);
  setCommands(menu, commands);
  return menu;
}

/** Puts other commands into a drop-down. */
export function setCommands(menu: HTMLDetailsElement, commands: readonly MenuCommand[]): void {
  const buttons = commands.map(({ text, run }) => {
    const button = element("button", { type: "button", class: "command" }, [text]);
    button.addEventListener("click", () => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      run();
    });
    return button;
  });
  menu.querySelector(".panel")?.replaceChildren(...buttons);
}

/** One of a few texts; `label` is read out, not seen. */
export function choiceOf<Value extends string>(
  label: string,
  options: readonly (readonly [value: Value, text: string])[],
  onChange: (value: Value) => void,
): HTMLSelectElement {
  const select = element(
    "select",
    { "aria-label": label, title: label },
    options.map(([value, text]) => element("option", { value }, [text])),
  );
  select.addEventListener("change", () => {
    const chosen = options[select.selectedIndex];
    if (chosen !== undefined) onChange(chosen[0]);
  });
  return select;
}
