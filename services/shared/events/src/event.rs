//! The envelope: CloudEvents 1.0, structured mode.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use crate::{
    ActivityRecorded, EvidenceFiled, GridIntensity, MeterReadings, MeterRegistered,
    ReadingsWithdrawn, SchoolRegistered, TravelAccredited, TravelInitiative, TravelSurveyed, Urn,
    WasteCollected,
};

/// The types of events, one schema file each.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum EventType {
    /// A meter reported.
    #[serde(rename = "meter.readings.v1")]
    MeterReadings,
    /// Readings of a meter were withdrawn.
    #[serde(rename = "meter.readings.withdrawn.v1")]
    ReadingsWithdrawn,
    /// Waste was collected.
    #[serde(rename = "waste.collected.v1")]
    WasteCollected,
    /// A class or staff room was asked how it travels.
    #[serde(rename = "travel.surveyed.v1")]
    TravelSurveyed,
    /// A travel initiative was planned or delivered.
    #[serde(rename = "travel.initiative.v1")]
    TravelInitiative,
    /// A STARS level was awarded.
    #[serde(rename = "travel.accredited.v1")]
    TravelAccredited,
    /// A quantity priced by a factor was recorded.
    #[serde(rename = "activity.recorded.v1")]
    ActivityRecorded,
    /// Evidence was filed.
    #[serde(rename = "evidence.filed.v1")]
    EvidenceFiled,
    /// A school was registered.
    #[serde(rename = "school.registered.v1")]
    SchoolRegistered,
    /// A meter was registered.
    #[serde(rename = "meter.registered.v1")]
    MeterRegistered,
    /// The carbon intensity of the grid was forecast or estimated.
    #[serde(rename = "grid.intensity.v1")]
    GridIntensity,
}

impl EventType {
    /// Every type.
    pub const ALL: [EventType; 11] = [
        EventType::MeterReadings,
        EventType::ReadingsWithdrawn,
        EventType::WasteCollected,
        EventType::TravelSurveyed,
        EventType::TravelInitiative,
        EventType::TravelAccredited,
        EventType::ActivityRecorded,
        EventType::EvidenceFiled,
        EventType::SchoolRegistered,
        EventType::MeterRegistered,
        EventType::GridIntensity,
    ];

    /// The spelling in the CloudEvents attribute `type`, and in the name of the schema file.
    pub fn as_str(self) -> &'static str {
        match self {
            EventType::MeterReadings => "meter.readings.v1",
            EventType::ReadingsWithdrawn => "meter.readings.withdrawn.v1",
            EventType::WasteCollected => "waste.collected.v1",
            EventType::TravelSurveyed => "travel.surveyed.v1",
            EventType::TravelInitiative => "travel.initiative.v1",
            EventType::TravelAccredited => "travel.accredited.v1",
            EventType::ActivityRecorded => "activity.recorded.v1",
            EventType::EvidenceFiled => "evidence.filed.v1",
            EventType::SchoolRegistered => "school.registered.v1",
            EventType::MeterRegistered => "meter.registered.v1",
            EventType::GridIntensity => "grid.intensity.v1",
        }
    }

    /// The type with this spelling, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The data of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `meter.readings.v1`
    MeterReadings(MeterReadings),
    /// `meter.readings.withdrawn.v1`
    ReadingsWithdrawn(ReadingsWithdrawn),
    /// `waste.collected.v1`
    WasteCollected(WasteCollected),
    /// `travel.surveyed.v1`
    TravelSurveyed(TravelSurveyed),
    /// `travel.initiative.v1`
    TravelInitiative(TravelInitiative),
    /// `travel.accredited.v1`
    TravelAccredited(TravelAccredited),
    /// `activity.recorded.v1`
    ActivityRecorded(ActivityRecorded),
    /// `evidence.filed.v1`
    EvidenceFiled(EvidenceFiled),
    /// `school.registered.v1`
    SchoolRegistered(SchoolRegistered),
    /// `meter.registered.v1`
    MeterRegistered(MeterRegistered),
    /// `grid.intensity.v1`
    GridIntensity(GridIntensity),
}

/// The place of the data in an event.
const DATA: &str = "/data";

impl Data {
    /// Reads the data of an event of type `kind`.
    pub fn parse(kind: EventType, json: &str) -> Result<Self, ShapeError> {
        Ok(match kind {
            EventType::MeterReadings => Data::MeterReadings(read(json, DATA)?),
            EventType::ReadingsWithdrawn => Data::ReadingsWithdrawn(read(json, DATA)?),
            EventType::WasteCollected => Data::WasteCollected(read(json, DATA)?),
            EventType::TravelSurveyed => Data::TravelSurveyed(read(json, DATA)?),
            EventType::TravelInitiative => Data::TravelInitiative(read(json, DATA)?),
            EventType::TravelAccredited => Data::TravelAccredited(read(json, DATA)?),
            EventType::ActivityRecorded => Data::ActivityRecorded(read(json, DATA)?),
            EventType::EvidenceFiled => Data::EvidenceFiled(read(json, DATA)?),
            EventType::SchoolRegistered => Data::SchoolRegistered(read(json, DATA)?),
            EventType::MeterRegistered => Data::MeterRegistered(read(json, DATA)?),
            EventType::GridIntensity => Data::GridIntensity(read(json, DATA)?),
        })
    }

    /// Its type.
    pub fn kind(&self) -> EventType {
        match self {
            Data::MeterReadings(_) => EventType::MeterReadings,
            Data::ReadingsWithdrawn(_) => EventType::ReadingsWithdrawn,
            Data::WasteCollected(_) => EventType::WasteCollected,
            Data::TravelSurveyed(_) => EventType::TravelSurveyed,
            Data::TravelInitiative(_) => EventType::TravelInitiative,
            Data::TravelAccredited(_) => EventType::TravelAccredited,
            Data::ActivityRecorded(_) => EventType::ActivityRecorded,
            Data::EvidenceFiled(_) => EventType::EvidenceFiled,
            Data::SchoolRegistered(_) => EventType::SchoolRegistered,
            Data::MeterRegistered(_) => EventType::MeterRegistered,
            Data::GridIntensity(_) => EventType::GridIntensity,
        }
    }

    /// The day on which the event happened, which decides the month of the ledger that keeps it. Registrations and readings have
    /// none, and neither have intensities of the grid, which the ledger does not keep.
    pub fn day(&self) -> Option<NaiveDate> {
        match self {
            Data::WasteCollected(waste) => Some(waste.collected_on),
            Data::TravelSurveyed(survey) => Some(survey.surveyed_on),
            Data::TravelInitiative(initiative) => Some(initiative.started_on),
            Data::TravelAccredited(award) => Some(award.awarded_on),
            Data::ActivityRecorded(activity) => Some(activity.from),
            Data::EvidenceFiled(evidence) => Some(evidence.dated),
            Data::ReadingsWithdrawn(withdrawn) => {
                let span = withdrawn.span();
                Some(span.map_or(NaiveDate::MIN, |span| span.days().0))
            }
            Data::SchoolRegistered(_)
            | Data::MeterRegistered(_)
            | Data::MeterReadings(_)
            | Data::GridIntensity(_) => None,
        }
    }

    /// The data as JSON; the same data always gives the same text.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        use serde_json::to_string;
        match self {
            Data::MeterReadings(data) => to_string(data),
            Data::ReadingsWithdrawn(data) => to_string(data),
            Data::WasteCollected(data) => to_string(data),
            Data::TravelSurveyed(data) => to_string(data),
            Data::TravelInitiative(data) => to_string(data),
            Data::TravelAccredited(data) => to_string(data),
            Data::ActivityRecorded(data) => to_string(data),
            Data::EvidenceFiled(data) => to_string(data),
            Data::SchoolRegistered(data) => to_string(data),
            Data::MeterRegistered(data) => to_string(data),
            Data::GridIntensity(data) => to_string(data),
        }
    }
}

/// A CloudEvent of ours. `source` and `id` together are unique.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique within its source.
    pub id: String,
    /// The issuer: a meter, a supplier's feed, a contractor.
    pub source: String,
    /// When the source issued it.
    pub time: DateTime<Utc>,
    /// The school, once known: the sender of readings may leave it out.
    pub subject: Option<Urn>,
    /// The event's data.
    pub data: Data,
}

/// JSON that does not have the shape of the envelope or of the type.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct ShapeError {
    /// The field that does not fit, as a JSON pointer into the event.
    pub pointer: String,
    why: serde_json::Error,
}

/// Reads the JSON of a part of an event that begins at `root`.
fn read<'a, T: Deserialize<'a>>(json: &'a str, root: &str) -> Result<T, ShapeError> {
    serde_json::from_str(json).map_err(|why| {
        // Keeping the path costs time, so only what cannot be read is read with it.
        let mut json = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, T>(&mut json).err();
        let mut pointer = root.to_owned();
        for step in error.iter().flat_map(|error| error.path()) {
            let step = match step {
                Segment::Seq { index } => index.to_string(),
                Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
                Segment::Enum { .. } | Segment::Unknown => continue,
            };
            pointer = format!("{pointer}/{step}");
        }
        ShapeError { pointer, why }
    })
}

/// An event that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Not JSON, or not in the shape of the envelope or the type.
    #[error("the event does not fit its schema: {0}")]
    Shape(#[from] ShapeError),
    /// An unknown type.
    #[error("no event is of type {0:?}")]
    Type(String),
    /// An attribute that is empty or too long.
    #[error("{attribute} is 1 to 200 characters without control characters")]
    Attribute {
        /// Which.
        attribute: &'static str,
    },
    /// An event about a school that names no school.
    #[error("an event of type {0} names its school in subject")]
    Subject(&'static str),
    /// Readings that do not say which time they cover.
    #[error(transparent)]
    Span(#[from] crate::SpanError),
    /// A field that holds what its schema does not allow.
    #[error(transparent)]
    Field(#[from] crate::FieldError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<D> {
    #[serde(rename = "specversion")]
    _specversion: SpecVersion,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(deserialize_with = "crate::written::one")]
    time: DateTime<Utc>,
    #[serde(default)]
    subject: Option<Urn>,
    #[serde(default, rename = "datacontenttype")]
    _content: Option<ContentType>,
    data: D,
}

impl<D> Envelope<D> {
    fn with(self, data: impl FnOnce(D) -> Result<Data, ShapeError>) -> Result<Event, EventError> {
        let event = Event {
            id: self.id,
            source: self.source,
            time: self.time,
            subject: self.subject,
            data: data(self.data)?,
        };
        event.check()?;
        Ok(event)
    }
}

/// The envelope of readings, which are nearly all events: they are read in one go, without finding the end of the data first.
fn envelope_of_readings(json: &str) -> Option<Envelope<MeterReadings>> {
    let kind = EventType::MeterReadings.as_str();
    let named = json.contains(kind);
    let envelope: Envelope<_> = named.then(|| serde_json::from_str(json).ok())??;
    (envelope.kind == kind).then_some(envelope)
}

#[derive(Deserialize)]
enum SpecVersion {
    #[serde(rename = "1.0")]
    One,
}

#[derive(Deserialize)]
enum ContentType {
    #[serde(rename = "application/json")]
    Json,
}

impl Event {
    /// Reads one structured CloudEvent.
    ///
    /// ```
    /// use events::{Data, Event, EventError};
    ///
    /// let json = r#"{
    ///     "specversion": "1.0",
    ///     "id": "delivery-5521",
    ///     "source": "urn:example:fuel-merchant",
    ///     "type": "activity.recorded.v1",
    ///     "time": "2026-01-20T11:00:00Z",
    ///     "subject": "100371",
    ///     "data": { "activity": "gas_oil", "quantity": 900, "unit": "litre", "from": "2026-01-20", "to": "2026-03-31" }
    /// }"#;
    /// let event = Event::parse(json)?;
    /// assert_eq!(event.id, "delivery-5521");
    /// assert!(matches!(event.data, Data::ActivityRecorded(_)));
    ///
    /// // An event that cannot be read names the field.
    /// let error = Event::parse(&json.replace("900", "true")).unwrap_err();
    /// assert!(matches!(error, EventError::Shape(shape) if shape.pointer == "/data/quantity"));
    /// # Ok::<(), EventError>(())
    /// ```
    pub fn parse(json: &str) -> Result<Self, EventError> {
        if let Some(envelope) = envelope_of_readings(json) {
            return envelope.with(|readings| Ok(Data::MeterReadings(readings)));
        }
        let envelope: Envelope<&RawValue> = read(json, "")?;
        match EventType::parse(&envelope.kind) {
            Some(kind) => envelope.with(|data| Data::parse(kind, data.get())),
            None => Err(EventError::Type(envelope.kind)),
        }
    }

    /// Checks what the shape alone cannot express: lengths, bounds, that events about a school name it, and that readings give
    /// their time.
    pub fn check(&self) -> Result<(), EventError> {
        for (attribute, text) in [("id", &self.id), ("source", &self.source)] {
            if !crate::check::is_text(text) {
                return Err(EventError::Attribute { attribute });
            }
        }
        match &self.data {
            Data::MeterReadings(readings) => readings.span().map(|_| ())?,
            // The register knows which school owns the meter.
            Data::ReadingsWithdrawn(_) => {}
            Data::GridIntensity(_) => crate::check::must(
                self.subject.is_none(),
                "/subject",
                "left out: the event is about a region, not about a school",
            )?,
            other if self.subject.is_none() => {
                return Err(EventError::Subject(other.kind().as_str()));
            }
            _ => {}
        }
        Ok(self.data.check()?)
    }

    /// The event as one structured CloudEvent.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Out<'a> {
            specversion: &'a str,
            id: &'a str,
            source: &'a str,
            #[serde(rename = "type")]
            kind: &'a str,
            time: DateTime<Utc>,
            #[serde(skip_serializing_if = "Option::is_none")]
            subject: Option<Urn>,
            datacontenttype: &'a str,
            data: Box<RawValue>,
        }
        serde_json::to_string(&Out {
            specversion: "1.0",
            id: &self.id,
            source: &self.source,
            kind: self.data.kind().as_str(),
            time: self.time,
            subject: self.subject,
            datacontenttype: "application/json",
            data: RawValue::from_string(self.data.to_json()?)?,
        })
    }
}
