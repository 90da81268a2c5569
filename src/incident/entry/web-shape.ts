/**
 * Requests that break into web applications, by what stands in an access log: path, query, and the headers that are
 * logged.
 *
 * Each shape has words, one of which must be there before its form is tried (see `needles.ts`), both on text that is
 * decoded and in small letters (see `web-text.ts`). `answers` are the statuses that a success has, others are a
 * scan that failed. A `blind` shape says nothing by its status: the payload stands in a header, or any page takes it
 * without a look; it needs a file of the service's own beside it and is never more than probable.
 * A shape with a `site` has all of its payload in a body, so any post to a page may be it; it counts only on a site of
 * that product, and where the client came from no page of it, as browsers do.
 * What is NOT here: attacks by a body or a header that no log has, where not even the page tells (Fastjson, Shiro).
 * Sources: each shape names the rule, template or page that its path and words were compared with, Sigma
 * (github.com/SigmaHQ/sigma) and nuclei-templates (github.com/projectdiscovery/nuclei-templates) at their commits; and
 * the advisory of the vendor.
 */
import type { ShapeSource } from '../../model/shape-source.ts';
import type { Runtime } from './web-accounts.ts';

export type WebShape = ShapeSource & {
  readonly id: string;
  /** The product whose door it is. */
  readonly service: string;
  readonly cves: readonly string[];
  readonly runtime: Runtime;
  /** Where it may stand; `any` is the target and the headers that are logged. */
  readonly within: 'target' | 'any';
  readonly methods?: readonly string[];
  readonly answers: readonly number[];
  readonly blind: boolean;
  /** How paths begin that only a site of this product is asked for; the shape then has no words. */
  readonly site?: string;
  /** Small letters. */
  readonly needles: readonly string[];
  readonly form: RegExp;
  /** Must be there too, anywhere. Two forms, so that no text is gone through again for each of its bytes. */
  readonly also?: RegExp;
};

type Given = ShapeSource &
  Pick<WebShape, 'id' | 'service' | 'cves' | 'runtime' | 'needles' | 'form'> &
  Partial<Pick<WebShape, 'within' | 'methods' | 'answers' | 'blind' | 'also' | 'site'>>;

export const shape = (given: Given): WebShape => ({
  within: 'target',
  answers: [200, 500],
  blind: false,
  ...given,
});
