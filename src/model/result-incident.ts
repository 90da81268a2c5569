/** The part of a result that tells how it got in and since when. All of it is absent where no log was looked at. */
import * as z from 'zod';
import { bounds, chainSteps, gapKinds, grades, missings, onsets, vectors } from './incident.ts';

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

const told = z.object({
  appeared: utc.optional().describe('the first sign'),
  discovered: utc.optional().describe('somebody understood that it is a miner'),
  handled: utc.optional().describe('somebody began to change things'),
  network: z
    .array(z.object({ subnet: z.string(), zone: z.string(), reach: z.array(z.string()) }))
    .describe('zones or subnets that a subnet can open connections to; * for all'),
});

export const incidentFields = {
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
  told: told.optional().describe('what the customer told before or after the scan'),
};

const incident = z.object(incidentFields);
export type ResultIncident = z.infer<typeof incident>;
