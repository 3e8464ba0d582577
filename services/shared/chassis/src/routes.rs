//! Routes, each declared together with its description in OpenAPI: none is served without a description, and none is
//! described without being served.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, PathItem};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Routes and their descriptions.
pub struct Routes<S> {
    router: Router<S>,
    openapi: OpenApi,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    /// No routes.
    fn default() -> Self {
        let mut openapi = OpenApi::default();
        openapi.components = Some(Components::default());
        Routes {
            router: Router::new(),
            openapi,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Adds a route for GET.
    pub fn get<H: Handler<T, S>, T: 'static>(
        self,
        path: &str,
        handler: H,
        endpoint: Endpoint,
    ) -> Self {
        self.add(path, routing::get(handler), HttpMethod::Get, endpoint)
    }

    /// Adds a route for POST.
    pub fn post<H: Handler<T, S>, T: 'static>(
        self,
        path: &str,
        handler: H,
        endpoint: Endpoint,
    ) -> Self {
        self.add(path, routing::post(handler), HttpMethod::Post, endpoint)
    }

    fn add(
        mut self,
        path: &str,
        handler: MethodRouter<S>,
        method: HttpMethod,
        endpoint: Endpoint,
    ) -> Self {
        let Endpoint { operation, schemas } = endpoint;
        self.router = self.router.route(path, handler);
        let item = PathItem::new(method, operation);
        self.openapi.paths.paths.insert(path.to_owned(), item);
        self.components().schemas.extend(schemas);
        self
    }

    /// Adds a response that several operations give, under the name by which they refer to it.
    pub fn shared_response(mut self, name: &str, response: Response) -> Self {
        let response = RefOr::T(response);
        self.components()
            .responses
            .insert(name.to_owned(), response);
        self
    }

    /// Adds a schema that responses or bodies refer to.
    pub fn shared_schema(mut self, name: &str, schema: impl Into<RefOr<Schema>>) -> Self {
        self.components()
            .schemas
            .insert(name.to_owned(), schema.into());
        self
    }

    /// Adds a type that responses or bodies refer to.
    pub fn shared_type<T: ToSchema>(mut self) -> Self {
        self.components().schemas.extend(schemas_of::<T>());
        self
    }

    /// Adds the routes of another, and what they refer to.
    pub fn merge(mut self, other: Routes<S>) -> Self {
        self.router = self.router.merge(other.router);
        self.openapi.merge(other.openapi);
        self
    }

    /// Changes every description so far: for what holds for all of these routes.
    pub fn each(mut self, change: impl Fn(&mut Operation)) -> Self {
        for item in self.openapi.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post];
            operations.into_iter().flatten().for_each(&change);
        }
        self
    }

    /// The routes, to be served.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    /// Their descriptions.
    pub fn into_openapi(self) -> OpenApi {
        self.openapi
    }

    fn components(&mut self) -> &mut Components {
        self.openapi
            .components
            .get_or_insert_with(Components::default)
    }
}

/// The description of a route.
pub struct Endpoint {
    operation: Operation,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Endpoint {
    /// A description: the id of the operation, and what it does in a few words and in full.
    pub fn new(id: &str, summary: &str, description: &str) -> Self {
        let mut operation = Operation::new();
        operation.operation_id = Some(id.to_owned());
        operation.summary = Some(summary.to_owned());
        operation.description = Some(description.to_owned());
        Endpoint {
            operation,
            schemas: Vec::new(),
        }
    }

    /// Groups the operation with others under a name.
    pub fn tag(mut self, tag: &str) -> Self {
        self.operation.tags = Some(vec![tag.to_owned()]);
        self
    }

    /// Adds a parameter in the path or in a header.
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        let parameters = self.operation.parameters.get_or_insert_default();
        parameters.push(RefOr::T(parameter.into()));
        self
    }

    /// Adds the parameters of the query.
    pub fn query<P: IntoParams>(self) -> Self {
        let parameters = P::into_params(|| None);
        parameters.into_iter().fold(self, Endpoint::parameter)
    }

    /// Sets the body of the request.
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        self.operation.request_body = Some(RefOr::T(body.into()));
        self
    }

    /// Adds a response in JSON.
    pub fn json<T: ToSchema>(mut self, status: u16, description: &str) -> Self {
        self.schemas.extend(schemas_of::<T>());
        self.response(status, json::<T>("application/json", description))
    }

    /// Adds a response in text of some media type.
    pub fn text(self, status: u16, media_type: &str, description: &str) -> Self {
        self.response(status, text(media_type, description))
    }

    /// Adds a response that is shared by its name.
    pub fn shared(self, status: u16, name: &str) -> Self {
        self.response(status, Ref::from_response_name(name))
    }

    /// Adds a response.
    pub fn response(mut self, status: u16, response: impl Into<RefOr<Response>>) -> Self {
        let responses = &mut self.operation.responses.responses;
        responses.insert(status.to_string(), response.into());
        self
    }
}

/// A response in JSON of some media type, whose type is among the schemas.
pub fn json<T: ToSchema>(media_type: &str, description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(T::name())));
    let response = ResponseBuilder::new().description(description);
    response.content(media_type, content).build()
}

/// A response in text of some media type.
pub fn text(media_type: &str, description: &str) -> Response {
    let content = Content::new(Some(String::schema()));
    let response = ResponseBuilder::new().description(description);
    response.content(media_type, content).build()
}

/// The schema of a type and those that it refers to.
fn schemas_of<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    schemas
}
