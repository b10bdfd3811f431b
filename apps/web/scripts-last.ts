import type { Plugin } from 'vite';

/**
 * Puts the page's scripts behind its body: over a slow line the styles and what a first visit sees come before them.
 * Browsers ask for things in the order in which a page names them.
 */
export function scriptsLast(): Plugin {
  return {
    name: 'scripts-last',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const scripts =
          html.match(/^ *<(script type="module" crossorigin|link rel="modulepreload").*$/gm) ?? [];
        const rest = scripts.reduce((page, script) => page.replace(`${script}\n`, ''), html);
        return rest.replace('  </body>', () => `${scripts.join('\n')}\n  </body>`);
      },
    },
  };
}
