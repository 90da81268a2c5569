/**
 * The part of a result that tells how it got in, since when, who it was, and what the customer says of it. Ways in and
 * what belongs to them are absent where no log was looked at.
 */
import * as z from 'zod';
import { indicatorKinds } from './family.ts';
import {
  bounds,
  chainSteps,
  familyStandings,
  gapKinds,
  grades,
  missings,
  neighbourReasons,
  onsets,
  toldConflicts,
  vectors,
} from './incident.ts';
import { evidenceFields } from './result-evidence.ts';

const utc = z.string().describe('RFC 3339, UTC');
const line = z.int().positive().optional();
const count = z.int().nonnegative();

const excluded = z.object({
  vector: z.enum(vectors),
  service: z.string(),
  what: z.string().describe('failed-guesses, usual-login, own-job, …, or the shape of a request'),
  count,
  status: z.int().optional().describe('the answer to a request'),
  from: z.string().optional(),
});

const chainStep = z.object({
  step: z.enum(chainSteps),
  time: utc,
  certain: z
    .boolean()
    .describe('false where a year, a zone or the clock had to be assumed, or touch(1) can set it'),
  source: z.string(),
  line,
  offset: z.number().nonnegative().optional(),
  text: z.string(),
});

const entry = z.object({
  vector: z.enum(vectors),
  grade: z.enum(grades),
  attackers: z.array(z.string()),
  account: z.string(),
  firstSuccess: utc.optional().describe('absent where no log shows one'),
  service: z.string(),
  chain: z.array(chainStep).describe('the exact lines in the order of time'),
  missing: z.array(z.enum(missings)).describe('why the grade is no higher'),
  excluded: z.array(excluded).describe('what was looked at and is not the door'),
});

const family = z.object({
  id: z.string().describe('id of the profile: docs/families.md lists them'),
  standing: z
    .enum(familyStandings)
    .describe('attributed: its own indicators decide; tool: what many gangs use; lead: too little to say so'),
  name: z.object({ en: z.string(), 'zh-CN': z.string() }),
  confidence: z.int().min(0).max(100).describe('that it is this family, not that the host mines'),
  indicators: z.array(
    z.object({
      kind: z.enum(indicatorKinds),
      value: z.string(),
      weight: z.int().min(1).max(3).describe('3 is of this family alone, 2 typical, 1 only adds'),
      shared: z.boolean().describe('others use it too: it never decides'),
      source: z.string().describe('who says that it is this family’s'),
      times: count,
      evidence: z.array(evidenceFields).describe('a few of the lines'),
    }),
  ),
  rivals: z.array(z.string()).describe('ids of other families that are there as well'),
});

const analysisFields = {
  entry: z.array(entry).optional().describe('ways in, the best proven first'),
  excluded: z
    .array(excluded)
    .optional()
    .describe('what was looked at and is no door, where no way in was found; else each way has its own'),
  firstMaliciousFile: z
    .object({
      path: z.string(),
      time: utc,
      grounded: z.boolean().describe('by a time that touch(1) cannot set'),
    })
    .optional(),
  infectionWindow: z
    .object({
      from: utc.optional(),
      to: utc,
      boundedBy: z.object({ from: z.enum(bounds).optional(), to: z.enum(bounds) }),
    })
    .optional()
    .describe('the infection began after `from` and no later than `to`'),
  onset: z
    .object({
      time: utc,
      by: z.enum(onsets),
      certain: z.boolean(),
      witnesses: z.array(
        z.object({
          by: z.enum(onsets),
          time: utc,
          source: z.string().optional(),
          line,
          text: z.string().optional(),
        }),
      ),
    })
    .optional()
    .describe('since when it mines'),
  horizon: z
    .array(z.object({ source: z.string(), from: utc, to: utc, certain: z.boolean() }))
    .optional()
    .describe('nothing is known of a log from before it begins'),
  gaps: z
    .array(
      z.object({
        source: z.string(),
        what: z.enum(gapKinds),
        from: utc.optional(),
        to: utc.optional(),
        line,
      }),
    )
    .optional(),
  families: z
    .array(family)
    .optional()
    .describe('whose doing it is, the attributed first; absent where nothing was found'),
};

const told = z.object({
  appeared: utc.optional().describe('the first sign'),
  discovered: utc.optional().describe('somebody understood that it is a miner'),
  handled: utc.optional().describe('somebody began to change things'),
  until: z
    .object({ appeared: utc.optional(), discovered: utc.optional(), handled: utc.optional() })
    .optional()
    .describe('ends of what was told: a whole day or minute'),
  network: z
    .array(z.object({ subnet: z.string(), zone: z.string(), reach: z.array(z.string()) }))
    .describe('zones or subnets that a subnet can open connections to; * for all'),
  contradictions: z
    .array(
      z.object({
        what: z.enum(toldConflicts),
        told: utc,
        evidence: utc.describe('what speaks against it; the evidence stands'),
      }),
    )
    .optional()
    .describe('where the customer’s word and the evidence do not go together'),
});

const neighbour = z.object({
  subnet: z.string().optional(),
  zone: z.string().optional(),
  address: z.string().optional().describe('one host; absent where all of the subnet is meant'),
  name: z.string().optional().describe('of one host, as the account that knows it calls it'),
  hashed: count
    .optional()
    .describe('hosts whose names are hashed in known_hosts: how many they are is all one knows'),
  why: z.array(z.enum(neighbourReasons)),
});

const host = z.object({
  name: z.string(),
  logs: count,
  events: count,
  from: utc.optional(),
  to: utc.optional(),
  ...analysisFields,
});

export const incidentFields = {
  ...analysisFields,
  told: told.optional().describe('what the customer told before or after the scan'),
  neighbours: z.array(neighbour).optional().describe('who else is at risk, the nearest first'),
  hosts: z
    .array(host)
    .optional()
    .describe('other hosts whose logs are in the case, those with something found first'),
  hostsLeft: count.optional().describe('hosts that were not analysed: there were too many'),
};

const analysis = z.object(analysisFields);
/** What is concluded of the hosts whose logs a case was given; `own` is of the one that was scanned. */
export const hostAnalyses = z.object({ own: analysis.optional(), hosts: z.array(host), left: count });
export type HostAnalyses = z.infer<typeof hostAnalyses>;
/** How it got into one host. */
export type ResultAnalysis = z.infer<typeof analysis>;
const incident = z.object(incidentFields);
export type ResultIncident = z.infer<typeof incident>;
export type ResultFamily = NonNullable<ResultAnalysis['families']>[number];
export type ResultTold = z.infer<typeof told>;
export type ResultHost = z.infer<typeof host>;
