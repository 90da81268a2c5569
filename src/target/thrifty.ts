/**
 * A target that is read with thrift: who puts something huge in the place of every settings file gets a first part
 * of each read, not a scan that takes minutes.
 *
 * Settings are small. A file of which more than 64 KiB is read counts as large, and large ones are read up to the
 * limit of their request until 64 MiB of them were given; from then on a file gives its first 64 KiB and is
 * `truncated` if there is more. Requests whose limit is that of a database (above 4 MiB: lists of packages, accounts)
 * are not counted: who asks for those bounds them itself.
 */
import { presetLimit } from './answer.ts';
import type { Request, ResultFor, SourceResult, Target } from './port.ts';

/** Bytes up to which a file is small, and that every file gives. */
const small = 64 << 10;
/** Bytes of a settings file: the largest limit of a request that is for one. */
export const settingsLimit = 4 << 20;
/** Bytes of large files. */
const plenty = 64 << 20;

class Thrift {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  asked<R extends Request>(request: R): R {
    if (request.kind !== 'file' || this.#left > 0) return request;
    const limit = request.limit ?? presetLimit;
    return limit > settingsLimit || limit <= small ? request : { ...request, limit: small };
  }

  took<R extends SourceResult>(result: R): R {
    const { request } = result;
    if (
      request.kind === 'file' &&
      result.kind === 'file' &&
      (request.limit ?? presetLimit) <= settingsLimit
    ) {
      if (result.bytes.length > small) this.#left -= result.bytes.length;
    }
    return result;
  }
}

const behind = new WeakMap<Target, Target>();

/** The target that a thrifty one reads: what is remembered of a target is remembered of this one. */
export const targetBehind = (target: Target): Target => behind.get(target) ?? target;

/** @param bytes of large settings files that are read whole */
export function thriftyTarget(target: Target, bytes: number = plenty): Target {
  const thrift = new Thrift(bytes);
  function* each(requests: Iterable<Request>): Generator<Request> {
    for (const request of requests) yield thrift.asked(request);
  }
  const kernelFolderNow = target.kernelFolderNow?.bind(target);
  const walkNow = target.walkNow?.bind(target);
  const thrifty: Target = {
    kind: target.kind,
    name: target.name,
    native: target.native,
    async *gather(requests) {
      for await (const batch of target.gather(each(requests)))
        yield batch.map((result) => thrift.took(result));
    },
    async read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
      return thrift.took(await target.read(thrift.asked(request)));
    },
    readNow: <R extends Request>(request: R): ResultFor<R['kind']> =>
      thrift.took(target.readNow(thrift.asked(request))),
    ...(kernelFolderNow === undefined ? {} : { kernelFolderNow }),
    ...(walkNow === undefined ? {} : { walkNow }),
    close: () => target.close(),
  };
  behind.set(thrifty, targetBehind(target));
  return thrifty;
}
