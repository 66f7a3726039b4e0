/** Under this name a phone keeps that it wants to be told by push. */
export const PUSH = "push";

/** The city's name for this browser's push address, the language of its notices, and when it was last sent. */
export interface PushChoice {
  id: string;
  language: string;
  sent_at: string;
  /** Nothing comes here any more, and the city has not heard of it yet. */
  is_stopped?: boolean;
}
