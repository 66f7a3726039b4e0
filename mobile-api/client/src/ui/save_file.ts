/** Have the browser save a text as a file of `type`; it goes nowhere else. */
export function saveFile(name: string, text: string, type: "text/plain" | "application/json"): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after the click has ended.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
