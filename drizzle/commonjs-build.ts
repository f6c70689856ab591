import { registerHooks } from 'node:module';

/**
 * Loads the CommonJS build of drizzle-orm, whoever imports it from here on. It is the same code, but its ES modules
 * import each other in circles, and linking those costs Node 200 MB of memory and most of a second at each start.
 */
const CONDITIONS = ['node', 'require'];

registerHooks({
  resolve: (specifier, context, next) =>
    /^drizzle-orm($|\/)/.test(specifier)
      ? next(specifier, { ...context, conditions: CONDITIONS })
      : next(specifier, context),
});
