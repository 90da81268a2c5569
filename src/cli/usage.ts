/** What a command line asks for and cannot have. */
import { DemineError, type UsageProblem } from '../model/error.ts';

/** @throws DemineError `usage` */
export function usage(problem: UsageProblem, subject: string, value = ''): never {
  throw new DemineError('usage', `${problem}: ${subject}`, { subject, problem, value });
}
