/** An I-beam cut out of a bar of bronze. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={className}>
      <path
        fillRule="evenodd"
        className="fill-brand"
        d="M11 .87a2 2 0 0 1 2 0l8.26 4.77a2 2 0 0 1 1 1.73v9.26a2 2 0 0 1-1 1.73L13 23.13a2 2 0 0 1-2 0l-8.26-4.77a2 2 0 0 1-1-1.73V7.37a2 2 0 0 1 1-1.73zM7.5 6.75v2.5h3.25v5.5H7.5v2.5h9v-2.5h-3.25v-5.5h3.25v-2.5z"
      />
    </svg>
  );
}
