/** Texts of `demine contain`. */
export interface ContainTexts {
  /** Heads of the parts of the screen. */
  readonly heads: {
    readonly standing: string;
    readonly plan: string;
    readonly left: string;
    readonly exactly: string;
    readonly freeze: string;
    readonly result: string;
  };
  /** What stands now. */
  readonly none: string;
  readonly over: string;
  readonly blocks: (params: { count: number }) => string;
  readonly byName: string;
  readonly isolates: string;
  readonly until: (params: { time: string; left: string }) => string;
  readonly lasting: string;
  readonly unknown: (params: { detail: string }) => string;
  readonly needsRoot: string;
  readonly heldNow: (params: { count: number }) => string;
  /** What would be set. */
  readonly planBlock: string;
  readonly planIsolate: string;
  readonly address: string;
  readonly name: string;
  readonly keeps: string;
  readonly allows: string;
  readonly byFallback: string;
  /** What hangs or is gone when the network is. */
  readonly hangs: (params: { path: string; fileSystem: string }) => string;
  readonly networkDisks: string;
  readonly because: {
    readonly pool: (params: { pid: number }) => string;
    readonly connection: (params: { pid: number }) => string;
    readonly command: (params: { entry: string }) => string;
    readonly attacker: (params: { service: string }) => string;
  };
  readonly leftReasons: Readonly<
    Record<'own-address' | 'responder' | 'resolver' | 'shared' | 'not-a-peer' | 'too-many', string>
  >;
  readonly nothing: string;
  readonly nobody: string;
  readonly forSeconds: (params: { time: string }) => string;
  readonly forEver: string;
  /** What is held. */
  readonly roles: Readonly<Record<'respawner' | 'miner' | 'child', string>>;
  readonly unfrozen: Readonly<
    Record<'gone' | 'other-process' | 'ourselves' | 'of-the-system' | 'denied' | 'still-runs', string>
  >;
  readonly frozen: (params: { count: number; ms: string }) => string;
  readonly byNumber: string;
  readonly thawed: (params: { count: number }) => string;
  readonly nobodyHeld: string;
  readonly otherBoot: string;
  readonly stillHeld: string;
  /** Ends. */
  readonly dry: string;
  readonly done: string;
  readonly confirmed: string;
  readonly lifted: string;
  readonly toConfirm: string;
  readonly toLift: string;
  readonly toThaw: string;
  readonly proposed: string;
  readonly oldScan: (params: { age: string }) => string;
  readonly duration: (seconds: number) => string;
}
