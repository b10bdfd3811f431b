/**
 * Who may use a route.
 *
 * - `public`: everybody.
 * - `create`: everybody but the holder of a mere link; whoever is nobody yet becomes a visitor, with a cookie.
 * - `sender`: as `create`, and the holder of a link that may add photos to its album.
 * - `owner`: visitors and API keys, for what is theirs.
 * - `task:…`, `album:…`: whoever may see (`view`) or change (`edit`) the task or the album that `:id` in the path names;
 *   `album:owner`: its owner and the operators. To all others there is no such task or album.
 * - `upload:sender`: whoever began the upload that `:id` names. To all others there is no such upload.
 * - `viewer`: API keys that may look at everything, and operators. `operator`: those only.
 * - `machine`: like `viewer`, and everybody while nothing but this machine can reach us.
 */
export type AccessRule =
  | 'public'
  | 'create'
  | 'sender'
  | 'owner'
  | 'task:view'
  | 'task:edit'
  | 'album:view'
  | 'album:edit'
  | 'album:owner'
  | 'upload:sender'
  | 'viewer'
  | 'operator'
  | 'machine';
