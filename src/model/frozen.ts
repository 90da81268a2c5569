/** Words of processes that are held: what part they have, in the order in which they are held, and why one is not. */

export const frozenRoles = ['respawner', 'miner', 'child'] as const;
export type FrozenRole = (typeof frozenRoles)[number];

export const unfrozenReasons = [
  'gone',
  'other-process',
  'ourselves',
  'of-the-system',
  'denied',
  'still-runs',
] as const;
export type UnfrozenReason = (typeof unfrozenReasons)[number];
