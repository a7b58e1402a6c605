//! Seeded draws: the same seed and the same number of draws give the same value.

use super::World;

impl World {
    /// The next draw.
    pub fn draw(&mut self) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        mix(self.seed, self.draws)
    }

    /// A draw from `least` to `most`, both of them possible; `least` when `most` is smaller.
    pub fn draw_between(&mut self, least: u64, most: u64) -> u64 {
        let draw = self.draw();
        let width = most.saturating_sub(least).saturating_add(1);
        least.saturating_add(draw.checked_rem(width).unwrap_or(draw))
    }

    /// A drawn UUID (version 4).
    pub fn draw_uuid(&mut self) -> String {
        let high = u128::from(self.draw()) << 64;
        let low = u128::from(self.draw());
        uuid::Builder::from_random_bytes((high | low).to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// An id for an answer. It follows from the number of calls so far and takes no draw: reading must not change what happens.
    pub fn request_id(&self) -> String {
        let calls = self.log.len() as u64;
        let high = u128::from(mix(!self.seed, calls)) << 64;
        let low = u128::from(mix(!self.seed, !calls));
        uuid::Builder::from_random_bytes((high | low).to_be_bytes())
            .into_uuid()
            .to_string()
    }
}

/// A draw that takes none from the world's sequence: the place of a sequence that belongs to one concern alone, so that drawing
/// in one does not shift the others.
pub(crate) fn apart(seed: u64, concern: u64, place: u64) -> u64 {
    mix(mix(seed, concern), place)
}

impl World {
    /// A place for a text among others, which has nothing to do with their alphabet.
    pub(crate) fn rank(&self, text: &str) -> u64 {
        // FNV-1a; `apart` does the mixing.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        apart(self.seed, hash, 0)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014) at a place of its sequence.
fn mix(seed: u64, place: u64) -> u64 {
    let mut z = seed.wrapping_add(place.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one_for_seed_zero() {
        assert_eq!(mix(0, 1), 0xE220_A839_7B1D_CDAF);
        assert_eq!(mix(0, 2), 0x6E78_9E6A_A1B9_65F4);
    }
}
