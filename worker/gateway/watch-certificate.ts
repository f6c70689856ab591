import type { Logger } from '../logger.ts';
import { certificateOf, type GatewayCertificate, type PairOfKeys, readPair } from './certificate.ts';

/** Often enough for programs that renew certificates, which check by themselves that the new one is used. */
const LOOK_EVERY_MS = 2000;

/**
 * Sees when another pair was put in the place of the gateway's, and gives it to `use`. The content is compared from time
 * to time: a pair may come by renaming, through links or over a network, and as two files one after the other. One that
 * is not usable, or not yet, changes nothing.
 */
export function watchCertificate(
  dataDirectory: string,
  current: PairOfKeys,
  watch: { log: Logger; stopping: AbortSignal; use(certificate: GatewayCertificate): void },
): void {
  let seen = current;
  const look = async () => {
    const found = await readPair(dataDirectory);
    if (found === null || (found.key === seen.key && found.certificate === seen.certificate)) return;
    seen = found;
    watch.use(certificateOf(found));
  };
  const timer = setInterval(() => {
    void look().catch((error) =>
      watch.log.warn(
        { err: error },
        'the certificate that was put in place is not usable; the old one stays',
      ),
    );
  }, LOOK_EVERY_MS);
  timer.unref();
  watch.stopping.addEventListener('abort', () => clearInterval(timer), { once: true });
}
