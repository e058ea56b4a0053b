import type { ComponentChildren, JSX } from 'preact';

interface BannerProps {
  readonly title: string;
  readonly detail?: string;
  readonly loud?: boolean;
  /** Of what kind, for the style sheet. */
  readonly kind?: 'unverified';
  readonly children?: ComponentChildren;
}

/** The title is announced once; the detail ticks, and would be read out every second. */
export function Banner({ title, detail, loud = false, kind, children }: BannerProps): JSX.Element {
  return (
    <div class={`banner ${loud ? 'banner-loud' : 'banner-standing'} ${kind === undefined ? '' : `banner-${kind}`}`}>
      <strong role={loud ? 'alert' : 'status'}>{title}</strong>
      {detail !== undefined && <span>{detail}</span>}
      {children}
    </div>
  );
}
