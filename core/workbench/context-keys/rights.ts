/** Whether a context key tells what the technician may do: where one changes, what is greyed out is drawn anew. */
export const isRight = (key: string): boolean => key === 'administrator' || key.startsWith('permission.');
