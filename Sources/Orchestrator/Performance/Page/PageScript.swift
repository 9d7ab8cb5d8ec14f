// The page's small script: nicer tips than the browser's own, and a switch between light and dark.

/// JavaScript of the report page. The page says everything without it: tips are `<title>` elements, and the colours
/// follow the system.
enum PageScript {
  /// The script.
  static let javaScript = """
    (function () {
      var root = document.documentElement;
      var button = document.createElement("button");
      button.className = "theme";
      button.type = "button";
      function isDark() {
        var chosen = root.getAttribute("data-theme");
        return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
      }
      function name() { button.textContent = isDark() ? "Light" : "Dark"; }
      button.addEventListener("click", function () {
        root.setAttribute("data-theme", isDark() ? "light" : "dark");
        name();
      });
      button.setAttribute("aria-label", "Switch between light and dark");
      name();
      document.querySelector("header.top").appendChild(button);

      var tip = document.createElement("div");
      tip.id = "tip";
      tip.hidden = true;
      tip.setAttribute("aria-hidden", "true");
      document.body.appendChild(tip);
      // The browser's own tip would stand beside this one: its text moves to an attribute.
      document.querySelectorAll("figure svg title").forEach(function (title) {
        title.parentNode.setAttribute("data-tip", title.textContent);
        title.remove();
      });
      function show(event) {
        var mark = event.target.closest ? event.target.closest("[data-tip]") : null;
        tip.hidden = !mark;
        if (!mark) return;
        tip.textContent = mark.getAttribute("data-tip");
        var box = tip.getBoundingClientRect();
        var left = event.clientX + 14;
        var top = event.clientY + 16;
        if (left + box.width > window.innerWidth - 8) left = event.clientX - box.width - 14;
        if (top + box.height > window.innerHeight - 8) top = event.clientY - box.height - 14;
        tip.style.left = Math.max(8, left) + "px";
        tip.style.top = Math.max(8, top) + "px";
      }
      document.addEventListener("pointermove", show);
      document.addEventListener("pointerdown", show);
      window.addEventListener("scroll", function () { tip.hidden = true; }, { passive: true });
    })();
    """
}
