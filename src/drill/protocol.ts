/** What the stage tells the drill: one JSON object a line. */
import * as z from 'zod';

const finding = z.object({ rule: z.string(), severity: z.string(), title: z.string() });
const part = z.enum(['infected', 'twin']);

export const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('baseline'), verdict: z.string(), findings: z.array(finding) }),
  z.object({ kind: z.literal('playing'), scenario: z.string(), part }),
  z.object({
    kind: z.literal('played'),
    scenario: z.string(),
    part,
    verdict: z.string(),
    /** Findings of medium or above that the empty stage did not have. */
    findings: z.array(finding),
    asExpected: z.boolean(),
    problem: z.enum(['none', 'verdict', 'rule', 'alarm']),
  }),
  z.object({ kind: z.literal('left-out'), scenario: z.string(), need: z.enum(['randomx', 'cpuHierarchy']) }),
  z.object({ kind: z.literal('failed'), scenario: z.string(), part, reason: z.string() }),
  z.object({ kind: z.literal('end') }),
]);

export type Line = z.infer<typeof lineSchema>;
export type PlayedLine = Extract<Line, { readonly kind: 'played' }>;
export type BriefFinding = z.infer<typeof finding>;
