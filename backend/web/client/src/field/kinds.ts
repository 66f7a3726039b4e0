/** Show of each form only what the chosen kind asks, and let the browser ask for what it needs. */
export function followKinds(): void {
  const follow = (form: HTMLElement) => {
    const chosen = form.querySelector<HTMLSelectElement>("[data-kinds]")?.value;
    for (const asked of form.querySelectorAll<HTMLFieldSetElement>("[data-kind]")) {
      asked.hidden = asked.disabled = asked.dataset["kind"] !== chosen;
      for (const field of asked.querySelectorAll<HTMLInputElement>("[data-required]")) field.required = !asked.hidden;
    }
  };
  const forms = () => [...document.querySelectorAll<HTMLSelectElement>("[data-kinds]")].flatMap(({ form }) => form ?? []);
  document.addEventListener("change", () => forms().forEach(follow));
  forms().forEach(follow);
}
