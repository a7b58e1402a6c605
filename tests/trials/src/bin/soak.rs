//! Walks many seeds: `soak FROM COUNT`.
use trials::{
    seen::Seen,
    walk::{Desk, Trial, walk},
};
fn main() {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|it| it.parse().ok())
        .collect();
    let (from, count) = (arguments[0], arguments[1]);
    let desk = Desk::new();
    let mut all = Seen::default();
    let mut bad = 0;
    for seed in from..from + count {
        let mut seen = Seen {
            keep: count == 1,
            ..Seen::default()
        };
        let trial = Trial::draw(seed);
        if let Err(what) = walk(&trial, &desk, &mut seen) {
            bad += 1;
            println!(
                "seed {seed}: {}",
                what.chars()
                    .take(if count == 1 { 60000 } else { 330 })
                    .collect::<String>()
            );
        }
        if count == 1 {
            println!("{}", seen.trail.join("\n"));
        }
        all += seen;
    }
    println!("{bad} bad; {all:?}\n{}", all.matrix());
}
