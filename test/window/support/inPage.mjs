// Runs in the page, where other things are global than in the tests.

export function focusedTag() {
  return document.activeElement?.tagName ?? '';
}

/** @param {string} selector */
export function isFocusIn(selector) {
  return document.activeElement?.closest(selector) != null;
}

/** What a screen reader says where the focus is: of a list, the row that is meant. @returns {string} */
export function focusedLabel() {
  const focused = document.activeElement;
  const row = focused?.getAttribute('aria-activedescendant');
  const element = row ? document.getElementById(row) : focused;
  return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
}

/**
 * When a text is seen in one of the elements, in what is drawn or in what a screen reader says of it.
 *
 * @param {readonly [selector: string, text: string, limitMs: number]} what
 * @returns {Promise<number>} The time of day, in milliseconds.
 */
export function untilSeen([selector, text, limitMs]) {
  return new Promise((resolve, reject) => {
    const isSeen = () =>
      [...document.querySelectorAll(selector)].some(element =>
        `${element.getAttribute('aria-label')} ${element.textContent}`.includes(text),
      );
    if (isSeen()) {
      reject(new Error(`“${text}” was there before`));
      return;
    }
    const observer = new MutationObserver(() => {
      if (!isSeen()) return;
      clearTimeout(timer);
      observer.disconnect();
      resolve(Date.now());
    });
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error(`“${text}” was not seen within ${limitMs} ms`));
    }, limitMs);
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}

/** @param {string} selector */
export function sidesOf(selector) {
  const { left, right, width, top, height } = document.querySelector(selector).getBoundingClientRect();
  return { left, right, width, middle: top + height / 2 };
}

/** What has the focus itself, as role and label. */
export function focused() {
  const element = document.activeElement;
  return `${element?.getAttribute('role')}: ${element?.getAttribute('aria-label')}`;
}
