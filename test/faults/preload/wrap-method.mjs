const built = new URL('../../../dist/', import.meta.url);

/**
 * Puts `around(original, self, args)` in place of a method of a class in the built tree, before the app that is
 * loaded next makes objects of it. A name that is not there (any more) ends the process, so that the tables of these
 * tests stay true to the code.
 */
export async function wrapMethod({ module, owner, method }, around) {
  const { [owner]: type } = await import(new URL(module, built).href);
  const original = type?.prototype[method];
  if (typeof original !== 'function') throw new Error(`${module} has no ${owner}.${method}.`);
  type.prototype[method] = function (...args) {
    return around((...given) => original.apply(this, given), this, args);
  };
}
