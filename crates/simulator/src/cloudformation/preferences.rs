//! `OperationPreferences` (reference §3.1).

use model::ids::Region;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};

use super::Request;
use super::refusal::Refusal;
use super::xml::Xml;

impl Request<'_> {
    /// Reads the preferences of the call; `regions` are the operation's, when it names any.
    pub(super) fn preferences(&self, regions: Option<&[Region]>) -> Result<OperationPreferences, Refusal> {
        let region_concurrency = match self.preference("RegionConcurrencyType") {
            None | Some("SEQUENTIAL") => RegionConcurrency::Sequential,
            Some("PARALLEL") => RegionConcurrency::Parallel,
            Some(other) => return Err(wrong("RegionConcurrencyType", other)),
        };
        let concurrency_mode = match self.preference("ConcurrencyMode") {
            None | Some("STRICT_FAILURE_TOLERANCE") => ConcurrencyMode::Strict,
            Some("SOFT_FAILURE_TOLERANCE") => ConcurrencyMode::Soft,
            Some(other) => return Err(wrong("ConcurrencyMode", other)),
        };
        Ok(OperationPreferences {
            region_concurrency,
            region_order: self.region_order(regions)?,
            failure_tolerance: self.amount("FailureTolerance", 0)?,
            max_concurrent: self.amount("MaxConcurrent", 1)?,
            concurrency_mode,
        })
    }

    fn preference(&self, name: &str) -> Option<&str> {
        self.form.get(&format!("OperationPreferences.{name}"))
    }

    fn region_order(&self, regions: Option<&[Region]>) -> Result<Vec<Region>, Refusal> {
        let mut order: Vec<Region> = Vec::new();
        for text in self
            .form
            .list("OperationPreferences.RegionOrder")
            .unwrap_or_default()
        {
            let region = Region::parse(text).map_err(|_| wrong("RegionOrder", text))?;
            let outside = regions.is_some_and(|regions| !regions.contains(&region));
            if outside || order.contains(&region) {
                return Err(Refusal::validation(format!(
                    "RegionOrder must name each Region of the operation once: {region} is not one, or comes twice"
                )));
            }
            order.push(region);
        }
        Ok(order)
    }

    /// A count or a percentage; both together are refused.
    fn amount(&self, name: &str, least: u8) -> Result<Amount, Refusal> {
        let (count_name, percentage_name) = (format!("{name}Count"), format!("{name}Percentage"));
        match (self.preference(&count_name), self.preference(&percentage_name)) {
            (Some(_), Some(_)) => Err(Refusal::validation(format!(
                "You can specify {count_name} or {percentage_name}, but not both"
            ))),
            (Some(count), None) => count
                .parse()
                .ok()
                .filter(|count: &u32| *count >= u32::from(least))
                .map(Amount::Count)
                .ok_or_else(|| wrong(&count_name, count)),
            (None, Some(percentage)) => percentage
                .parse()
                .ok()
                .filter(|percentage: &u8| (least..=100).contains(percentage))
                .map(Amount::Percent)
                .ok_or_else(|| wrong(&percentage_name, percentage)),
            (None, None) => Ok(Amount::Count(u32::from(least))),
        }
    }
}

fn wrong(name: &str, value: &str) -> Refusal {
    Refusal::validation(format!(
        "Value '{value}' at 'operationPreferences.{name}' is out of bounds"
    ))
}

/// Writes preferences as they read back: `RegionOrder` also when it is empty.
pub(super) fn write(xml: &mut Xml, preferences: &OperationPreferences) {
    xml.nest("OperationPreferences", |xml| {
        xml.texts("RegionOrder", &preferences.region_order);
        match preferences.failure_tolerance {
            Amount::Count(count) => xml.number("FailureToleranceCount", count.into()),
            Amount::Percent(percent) => xml.number("FailureTolerancePercentage", percent.into()),
        }
        match preferences.max_concurrent {
            Amount::Count(count) => xml.number("MaxConcurrentCount", count.into()),
            Amount::Percent(percent) => xml.number("MaxConcurrentPercentage", percent.into()),
        }
        xml.text(
            "RegionConcurrencyType",
            match preferences.region_concurrency {
                RegionConcurrency::Sequential => "SEQUENTIAL",
                RegionConcurrency::Parallel => "PARALLEL",
            },
        );
        xml.text(
            "ConcurrencyMode",
            match preferences.concurrency_mode {
                ConcurrencyMode::Strict => "STRICT_FAILURE_TOLERANCE",
                ConcurrencyMode::Soft => "SOFT_FAILURE_TOLERANCE",
            },
        );
    });
}
