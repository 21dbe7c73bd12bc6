// Pseudo-random numbers that Python draws alike: course/widgets/restoration_noise.py has the sources.

// `count` numbers from (0, 1), by the generator sfc32.
export function uniforms(count, seed, stream) {
  let a = 0;
  let b = seed | 0;
  let c = stream | 0;
  let counter = 1;
  const draw = () => {
    const word = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return ((word >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) draw();
  return Array.from({ length: count }, draw);
}

// `count` numbers of mean 0 and deviation 1, by Box and Muller.
export function normals(count, seed, stream) {
  const u = uniforms(count + (count % 2), seed, stream);
  return Array.from({ length: count }, (_, i) => {
    const angle = 2 * Math.PI * u[i | 1];
    return Math.sqrt(-2 * Math.log(u[i & ~1])) * (i % 2 ? Math.sin(angle) : Math.cos(angle));
  });
}
