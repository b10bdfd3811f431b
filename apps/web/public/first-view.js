// What can be settled before the page's own scripts have come over a slow line: the language, light or dark, and for
// somebody who has never been here what the first page says. The page replaces all of it with the same.
(() => {
  const root = document.documentElement;
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const languages = [remembered('photo-repair.language'), ...navigator.languages];
  const first = languages.find((language) => /^(zh|en)\b/i.test(language ?? '')) ?? 'en';
  root.lang = /^zh/i.test(first) ? 'zh-CN' : 'en';

  const chosen = remembered('mantine-color-scheme-value');
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.mantineColorScheme = isDark ? 'dark' : 'light';

  const isHome = ['', '#', '#/'].includes(location.hash);
  const wasHere = remembered('photo-repair.had-albums') ?? remembered('photo-repair.shared-albums');
  const view = document.querySelector(`template[lang=${root.lang}]`);
  // The development server brings the styles with the scripts.
  const isStyled = document.querySelector('link[rel=stylesheet]') !== null;
  if (isHome && wasHere === null && isStyled)
    document.querySelector('#page').append(view.content.cloneNode(true));
})();
