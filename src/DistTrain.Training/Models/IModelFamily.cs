using DistTrain.Training.Data;

namespace DistTrain.Training.Models;

/// <summary>
/// One line of the menu of <c>--model</c>: networks of one kind, told apart by what follows the name. A family is one file: a class with
/// this interface, and <see cref="ModelFamilyAttribute{TFamily}"/> above it.
/// </summary>
public interface IModelFamily
{
    /// <summary>What <c>--model</c> begins with.</summary>
    string Name { get; }

    /// <summary>How it is written, for people: <c>cnn[:CxHxW-CLASSES]</c>.</summary>
    string Usage { get; }

    /// <summary>What it is, in one line that follows <see cref="Usage"/>.</summary>
    string Summary { get; }

    /// <param name="name">Of this family.</param>
    /// <exception cref="UserErrorException">There is no such network: one line that says why.</exception>
    ModelDescription Describe(ModelName name, NetworkOptions options);

    /// <summary>The name of the network for such images, when one was asked for without <see cref="ModelName.Shape"/>; the same name if it has its shape from elsewhere.</summary>
    string Fit(ModelName name, ImageShape images, int classes) => name.Text;
}
