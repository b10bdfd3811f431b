/**
 * Puts the text of a field into the clipboard; false where this browser lets nobody do that. Over plain http there is no
 * `navigator.clipboard`; the older way needs the text to be selected in the page.
 */
export async function copyText(field: HTMLInputElement): Promise<boolean> {
  try {
    // Missing outside a secure context, whatever its type says.
    await (navigator.clipboard as Clipboard | undefined)!.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand('copy');
  }
}
