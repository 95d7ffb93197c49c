// The theme that the person chose on this browser, or the system's.
(() => {
  const root = document.documentElement;
  const key = "arauto-theme";
  const read = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const apply = (theme) => {
    const chosen = theme === "light" || theme === "dark" ? theme : "auto";
    if (chosen === "auto") delete root.dataset.theme; else root.dataset.theme = chosen;
    for (const button of document.querySelectorAll("[data-set-theme]"))
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === chosen));
  };
  apply(read());
  addEventListener("DOMContentLoaded", () => apply(read()));
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-set-theme]");
    if (!button) return;
    try { localStorage.setItem(key, button.dataset.setTheme); } catch { /* forgotten on reload */ }
    apply(button.dataset.setTheme);
  });
})();
