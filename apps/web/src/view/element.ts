type Attributes = Readonly<Record<string, string | number | boolean | ((event: never) => void)>>;

/**
 * Makes an element: strings and numbers become attributes, booleans switch an attribute, functions listen to the
 * event of that name. Text children are set as text, never as markup: file names and server words cannot inject.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value as (event: Event) => void);
    else if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** Sets the text, and hides the element while there is none. */
export function showText(target: HTMLElement, text: string | null): void {
  target.hidden = text === null;
  if (target.textContent !== (text ?? '')) target.textContent = text ?? '';
}
