/**
 * Who may use a route.
 *
 * - `public`: everybody.
 * - `create`: everybody but the holder of a mere link; whoever is nobody yet becomes a visitor, with a cookie.
 * - `owner`: visitors and API keys, for what is theirs.
 * - `task:…`, `album:…`: whoever may see (`view`) or change (`edit`) the task or the album that `:id` in the path names;
 *   `album:owner`: its owner and the operators. To all others there is no such task or album.
 * - `viewer`: API keys that may look at everything, and operators. `operator`: those only.
 * - `machine`: like `viewer`, and everybody while nothing but this machine can reach us.
 */
export type AccessRule =
  | 'public'
  | 'create'
  | 'owner'
  | 'task:view'
  | 'task:edit'
  | 'album:view'
  | 'album:edit'
  | 'album:owner'
  | 'viewer'
  | 'operator'
  | 'machine';
