import React from 'react';

interface IProps {
  /** Shown in place of what fails; without it nothing is. */
  fallback?: string;
  /** What is inside is tried again when this changes. */
  retry: unknown;
  children: React.ReactNode;
}

/**
 * Keeps what fails inside it from taking the rest of the view along. It tries
 * again with the next value of `retry`.
 */
export class Boundary extends React.Component<IProps, { error: unknown }> {
  state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? true };
  }

  componentDidCatch(error: unknown): void {
    console.error('jupyterlab-runtime-kit: a view failed', error);
  }

  componentDidUpdate(before: IProps): void {
    if (this.state.error !== null && before.retry !== this.props.retry) {
      this.setState({ error: null });
    }
  }

  render(): React.ReactNode {
    if (this.state.error === null) {
      return this.props.children;
    }
    const { fallback } = this.props;
    return fallback ? (
      <p className="jp-RuntimeKit-warning">{fallback}</p>
    ) : null;
  }
}
