/** What the owner declares in `demine.yaml`: honest mining, known agents, exceptions. */
import * as z from 'zod';

const nonEmpty = z.string().min(1).max(4096);

const declaredMiner = z.strictObject({
  /** Absolute path of the executable. */
  exe: nonEmpty,
  /** Account it runs under; any when left out. */
  user: nonEmpty.optional(),
  /** Wallet it pays to. A declared miner that pays to another wallet is not excused. */
  wallet: nonEmpty.optional(),
  /** Pools it talks to, `host` or `host:port`. */
  pools: z.array(nonEmpty).max(100).optional(),
  reason: nonEmpty,
});

const declaredAgent = z.strictObject({
  /** Executable or its folder. */
  path: nonEmpty,
  reason: nonEmpty,
});

const exception = z.strictObject({
  /** Rule id that is excused. */
  rule: nonEmpty,
  /** Only for this executable, file or unit. */
  exe: nonEmpty.optional(),
  path: nonEmpty.optional(),
  user: nonEmpty.optional(),
  reason: nonEmpty,
});

export const ownerConfigSchema = z.strictObject({
  version: z.literal(1),
  mining: z.array(declaredMiner).max(1000).default([]),
  agents: z.array(declaredAgent).max(1000).default([]),
  exceptions: z.array(exception).max(1000).default([]),
});

export type OwnerConfig = z.infer<typeof ownerConfigSchema>;

export const emptyConfig: OwnerConfig = { version: 1, mining: [], agents: [], exceptions: [] };
