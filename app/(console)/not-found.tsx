import { NotFoundState } from '#components/shell/NotFoundState.tsx';

export default function NotFound() {
  return <NotFoundState />;
}
